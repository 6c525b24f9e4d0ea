"""Answer files: every format says the same, and a wrong cell is named by row and column."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from concours.kernel.errors import BadInput
from concours.psychometrics.layout import lay_out
from concours.psychometrics.responses import pack_chunk
from concours.services.measurement import reading, row_lengths
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
from concours.services.measurement.row_lengths import check_row_lengths

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
    monkeypatch.setattr(reading, "BATCH", 2)
    checked(read_sheet(tmp_path / "a.csv", NAMED, tmp_path / "a.packed"))


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
    monkeypatch.setattr(reading, "BATCH", 3)
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
        (['"q1","q2","q3"', "1,0,1", "", '"1","0"'], 3),
    ],
)
def test_a_row_of_another_length_is_refused_not_filled(
    tmp_path: Path, lines: list[str], row: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput, match="where the header has 3") as refused:
        read_sheet(path, Columns(), tmp_path / "p")
    assert (refused.value.code, refused.value.field) == ("wrong_number_of_cells", f"row {row}")


def test_a_separator_or_a_line_end_in_quotes_is_text_wherever_the_pieces_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text('who,q1,q2\n"a, ""b""\nc",1,0\nd,0,1\n', encoding="utf-8")
    for size in range(1, 30):
        monkeypatch.setattr(row_lengths, "CHUNK", size)
        check_row_lengths(path, ",")
    assert read_sheet(path, Columns(id="who"), tmp_path / "p").responses.unpack().tolist() == [
        [1, 0],
        [0, 1],
    ]
