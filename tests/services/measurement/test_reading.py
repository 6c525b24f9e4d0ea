"""Answer files: every format says the same, and a wrong cell is named by row and column."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.psychometrics.layout import lay_out
from concours.psychometrics.responses import pack_chunk
from concours.services.measurement import table_source, text_table
from concours.services.measurement.packed_file import (
    MAGIC,
    Batch,
    Sheet,
    batches_of,
    is_packed,
    read_packed,
    write_packed,
)
from concours.services.measurement.reading import Columns, read_key, read_sheet, with_categories
from concours.services.measurement.table_source import open_source

TABLE = pl.DataFrame(
    {
        "who": ["ann", "bob", "cy", "di"],
        "site": ["n", "s", "n", "s"],
        "count": ["1", "2.5", "1", "1"],
        "q1": ["1", "0", "", "1"],
        "q2": ["0", "2", "1", "NA"],
        "q3": ["1", "1", "0", "-1"],
    }
)
ANSWERS = [[1, 0, 1], [0, 2, 1], [-1, 1, 0], [1, -1, -1]]
NUMBERS = {"": "-1", "NA": "-1", "01": "1"}
NAMED = Columns(id="who", group="site", weight="count")


def checked(sheet: Sheet) -> None:
    assert sheet.responses.unpack().tolist() == ANSWERS
    assert sheet.responses.layout.names == ("q1", "q2", "q3")
    assert sheet.responses.layout.categories.tolist() == [2, 3, 2]
    assert sheet.ids is not None
    assert sheet.ids.tolist() == ["ann", "bob", "cy", "di"]
    assert sheet.groups is not None
    assert sheet.groups.tolist() == ["n", "s", "n", "s"]
    assert sheet.weights is not None
    assert sheet.weights.tolist() == [1.0, 2.5, 1.0, 1.0]


def test_csv_parquet_and_packed_say_the_same(tmp_path: Path) -> None:
    TABLE.write_csv(tmp_path / "a.csv")
    checked(read_sheet(tmp_path / "a.csv", NAMED, tmp_path / "a.packed"))
    numbers = TABLE.with_columns(
        pl.col(c).replace({"": None, "NA": None}).cast(pl.Int64) for c in ("q1", "q2", "q3")
    )
    numbers.write_parquet(tmp_path / "a.parquet")
    checked(read_sheet(tmp_path / "a.parquet", NAMED, tmp_path / "b.packed"))
    checked(read_sheet(tmp_path / "a.packed", Columns(), tmp_path / "unused"))
    assert not (tmp_path / "unused").exists()


def test_batches_join_to_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TABLE.write_csv(tmp_path / "a.csv")
    monkeypatch.setattr(text_table, "PIECE", 7)
    monkeypatch.setattr(table_source, "CELLS", 12)
    checked(read_sheet(tmp_path / "a.csv", NAMED, tmp_path / "a.packed"))
    TABLE.write_parquet(tmp_path / "a.parquet")


def test_a_key_marks_chosen_options(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q1,q2\nA,3\nB,2\n,3\n")
    (tmp_path / "key.csv").write_text("item,key\nq1,A\nq2,3\n")
    sheet = read_sheet(
        tmp_path / "a.csv", Columns(), tmp_path / "p", key=read_key(tmp_path / "key.csv")
    )
    assert sheet.responses.unpack().tolist() == [[1, 1], [0, 0], [-1, 1]]


def test_answers_may_begin_at_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q1,q2\n1,3\n2,1\n,2\n")
    sheet = read_sheet(tmp_path / "a.csv", Columns(lowest=1), tmp_path / "p")
    assert sheet.responses.unpack().tolist() == [[0, 2], [1, 0], [-1, 1]]
    assert sheet.responses.layout.categories.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("content", "columns", "code", "field"),
    [
        ("q1,q2\n1,0\n1,x\n", Columns(), "response_unreadable", "row 2, column q2"),
        ("q1,q2\n1,0\n1.5,1\n", Columns(), "response_unreadable", "row 2, column q1"),
        ("q1,q2\n1,0\n-2,1\n", Columns(), "response_unreadable", "row 2, column q1"),
        ("q1,q2\n1,1\n0,2\n", Columns(lowest=1), "response_unreadable", "row 2, column q1"),
        ("q1,q2\n1,0\n900,1\n", Columns(), "response_out_of_range", "row 2, column q1"),
        ("q1,w\n1,1\n0,heavy\n", Columns(weight="w"), "weight_unreadable", "row 2, column w"),
        ("q1,q2\n1,0\n", Columns(id="name"), "no_such_column", "name"),
        ("q1,q2\n1,0\n", Columns(items=("q1", "q9")), "no_such_column", "q9"),
    ],
)
def test_a_wrong_cell_is_named(
    tmp_path: Path, content: str, columns: Columns, code: str, field: str
) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(BadInput) as refused:
        read_sheet(tmp_path / "a.csv", columns, tmp_path / "p")
    assert (refused.value.code, refused.value.field) == (code, field)


def test_the_row_of_a_wrong_cell_counts_through_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_table, "PIECE", 3)
    (tmp_path / "a.csv").write_text("q1\n" + "1\n" * 7 + "one\n")
    with pytest.raises(BadInput) as refused:
        read_sheet(tmp_path / "a.csv", Columns(), tmp_path / "p")
    assert refused.value.field == "row 8, column q1"


def test_missing_files_other_formats_and_wrong_keys_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q1\n1\n")
    (tmp_path / "a.docx").write_text("q1\n1\n")
    (tmp_path / "key.csv").write_text("question,answer\nq1,A\n")
    for path, code in (("b.csv", "no_such_file"), ("a.docx", "unknown_format")):
        with pytest.raises(BadInput) as refused:
            read_sheet(tmp_path / path, Columns(), tmp_path / "p")
        assert refused.value.code == code
    with pytest.raises(BadInput) as refused:
        read_key(tmp_path / "key.csv")
    assert refused.value.code == "wrong_columns"
    with pytest.raises(BadInput) as refused:
        read_sheet(tmp_path / "a.csv", Columns(), tmp_path / "p", key={"q2": "A"})
    assert (refused.value.code, refused.value.field) == ("item_without_key", "q1")


def packed_file(folder: Path, persons: int = 10) -> Path:
    layout = lay_out(["a", "b", "c"], [2, 5, 2])
    cells = np.random.default_rng(1).integers(-1, 2, (persons, 3)).astype(np.int8)
    path = folder / "x.packed"
    write_packed(path, layout, [Batch(pack_chunk(layout, cells, 0), None, None, None)])
    return path


def test_a_packed_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = packed_file(tmp_path, 5000)
    whole = path.read_bytes()
    assert is_packed(path)
    assert whole.endswith(MAGIC)
    path.write_bytes(whole[:-100])
    with pytest.raises(BadInput) as refused:
        read_packed(path)
    assert refused.value.code == "packed_file_cut_short"
    path.write_bytes(b"something else entirely")
    with pytest.raises(BadInput) as refused:
        read_packed(path)
    assert refused.value.code == "not_a_packed_file"


def test_packing_again_makes_room_for_more_categories(tmp_path: Path) -> None:
    sheet = read_packed(packed_file(tmp_path))
    before = sheet.responses.unpack().tolist()
    wider = with_categories(sheet, [2, 5, 4], tmp_path / "x.packed")
    assert wider.responses.layout.categories.tolist() == [2, 5, 4]
    assert wider.responses.unpack().tolist() == before
    assert with_categories(wider, [2, 5, 4], tmp_path / "y.packed") is wider
    assert [b.rows.shape[0] for b in batches_of(wider, 4)] == [4, 4, 2]


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q1,q2\n")
    with pytest.raises(BadInput) as refused:
        read_sheet(tmp_path / "a.csv", Columns(), tmp_path / "p")
    assert refused.value.code == "no_persons"


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["q1,q2,q3", "1,0,1", "1,0", "0,0,0"], 2),
        (["q1,q2,q3", "1,0,1,1", "0,0,0"], 1),
        (['"q1","q2","q3"', "1,0,1", "", '"1","0","1"'], 2),
        (["q1,q2,q3", "1,0,1", "", ""], 0),
    ],
)
def test_a_row_of_another_length_is_refused_not_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], row: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    for size in (5, 1 << 20):
        monkeypatch.setattr(text_table, "PIECE", size)
        if not row:  # empty lines at the end are nobody
            assert read_sheet(path, Columns(), tmp_path / "p").responses.persons == 1
            continue
        with pytest.raises(BadInput, match="where the header has 3") as refused:
            read_sheet(path, Columns(), tmp_path / "p")
        assert (refused.value.code, refused.value.field) == ("wrong_number_of_cells", f"row {row}")


def test_a_separator_or_a_line_end_in_quotes_is_text_wherever_the_pieces_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text('who,q1,q2\n"a, ""b""\nc",1,0\nd,0,1\n', encoding="utf-8")
    for size in range(1, 30):
        monkeypatch.setattr(text_table, "PIECE", size)
        table = open_source(path).whole(("who", "q1", "q2"))
        assert table.rows() == [('a, "b"\nc', "1", "0"), ("d", "0", "1")]
        sheet = read_sheet(path, Columns(leave_out=("who",)), tmp_path / "p")
        assert sheet.responses.unpack().tolist() == [[1, 0], [0, 1]]
    with pytest.raises(BadInput) as refused:
        read_sheet(path, Columns(id="who"), tmp_path / "p")
    assert (refused.value.code, refused.value.field) == ("line_end_in_cell", "row 1, column who")


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (b"", "empty_file", ""),
        (b"\n\n", "empty_file", ""),
        (b"q1,q1\n1,0\n", "repeated_column", "q1"),
        (b'q1,q2\n1,0\n"1,0\n1,0\n', "quote_not_closed", "row 2"),
        (b"q1,q2\n1,\xff\n", "not_utf8", ""),
        (b"w\xe4r,q2\n1,0\n", "not_utf8", ""),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, content: bytes, code: str, field: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_sheet(path, Columns(), tmp_path / "p")
    assert (refused.value.code, refused.value.field) == (code, field or str(path))


CELLS = st.sampled_from(["0", "1", "2", "9", "10", "64", "126", "-1", "NA", "", "01", '"1"', '""'])


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12),
    ends=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(1, 40),
    last=st.booleans(),
)
def test_cells_read_from_the_bytes_are_what_a_frame_of_the_whole_file_says(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    ends: str,
    size: int,
    last: bool,
) -> None:
    folder = tmp_path_factory.mktemp("cells")
    path = folder / "a.csv"
    lines = ["q1,q2,q3", *(",".join(row) for row in rows)]
    path.write_bytes((ends.join(lines) + ends * last).encode())
    known = [[NUMBERS.get(cell.strip('"'), cell.strip('"')) for cell in row] for row in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_table, "PIECE", size)
        sheet = read_sheet(path, Columns(), folder / "p")
    assert sheet.responses.unpack().tolist() == [[int(cell) for cell in row] for row in known]


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.sampled_from(["A", "B", "", " A", "NA"]), min_size=2, max_size=2), min_size=1
    ),
    size=st.integers(1, 40),
)
def test_marks_taken_from_the_bytes_are_those_of_the_options(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], size: int
) -> None:
    folder = tmp_path_factory.mktemp("marks")
    path = folder / "a.csv"
    path.write_text("\n".join(["q1,q2", *(",".join(row) for row in rows)]) + "\n")
    key = {"q1": "A", "q2": "B"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_table, "PIECE", size)
        sheet = read_sheet(path, Columns(), folder / "p", key=key)
    marks = {"": -1, "NA": -1}
    assert sheet.responses.unpack().tolist() == [
        [
            marks.get(cell, int(cell.strip() == key[name]))
            for cell, name in zip(row, key, strict=True)
        ]
        for row in rows
    ]


def test_parquet_numbers_of_every_kind_are_read_and_parts_of_numbers_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.parquet"
    for kind in (pl.Int8, pl.UInt16, pl.Int64, pl.Float32, pl.Float64, pl.String):
        pl.DataFrame({"q1": [1, 0, None], "q2": [2, 1, 0]}).cast(kind).write_parquet(path)
        sheet = read_sheet(path, Columns(), tmp_path / "p")
        assert sheet.responses.unpack().tolist() == [[1, 2], [0, 1], [-1, 0]]
    for wrong, code in ((1.5, "response_unreadable"), (900.0, "response_out_of_range")):
        pl.DataFrame({"q1": [1.0, float("nan"), wrong]}).write_parquet(path)
        with pytest.raises(BadInput) as refused:
            read_sheet(path, Columns(), tmp_path / "p")
        assert (refused.value.code, refused.value.field) == (code, "row 3, column q1")
    path.write_bytes(b"PAR1 this is not one")
    with pytest.raises(BadInput) as refused:
        read_sheet(path, Columns(), tmp_path / "p")
    assert refused.value.code == "unreadable_file"


def test_reading_tells_how_much_of_the_file_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_table, "PIECE", 9)
    monkeypatch.setattr(table_source, "CELLS", 6)
    TABLE.write_csv(tmp_path / "a.csv")
    TABLE.write_parquet(tmp_path / "a.parquet")
    size = (tmp_path / "a.csv").stat().st_size
    for name, total in (("a.csv", size), ("a.parquet", 4)):
        heard: list[tuple[int, int]] = []
        read_sheet(
            tmp_path / name, NAMED, tmp_path / "p", told=lambda *said, to=heard: to.append(said)
        )
        assert len(heard) > 1
        assert heard[-1] == (total, total)
        assert heard == sorted(heard)
        assert {said[1] for said in heard} == {total}
