"""The demonstration bank: read strictly, every item sound, and no pattern in the keys."""

from collections import Counter
from pathlib import Path

import pytest

from concours.kernel.errors import BadInput
from concours.policy.edition import Edition, load_edition
from concours.selection.item_content import plain_text
from concours.simulator.demonstration import load_bank

HEAD = 'author = "writer-1"\nreviewer = "reader-1"\n'
ITEM = """
[[items]]
id = "jk-econ-001"
subtopic = "markets"
stem = "The price of a good falls while nothing else changes. What is expected?"
options = ["More is bought", "Less is bought", "Incomes rise", "Taxes fall"]
key = "A"
rationale = "A lower price moves buyers along the demand curve to a larger quantity."
level = "easy"
"""
FILE = HEAD + ITEM


@pytest.fixture
def edition() -> Edition:
    return load_edition("us_foreign_service", "2016")


def read(folder: Path, text: str, edition: Edition, *, subject: str = "economics"):
    (folder / "job_knowledge").mkdir(exist_ok=True)
    (folder / "job_knowledge" / f"{subject}.toml").write_text(text)
    return load_bank(edition, step="examination", folder=folder)


def test_an_item_is_read_with_its_author_and_its_reader(tmp_path: Path, edition: Edition) -> None:
    (item,) = read(tmp_path, FILE, edition).items
    assert (item.name, item.author, item.reviewer) == ("jk-econ-001", "writer-1", "reader-1")
    assert item.content.subject == "economics"
    assert item.content.options[0] == ("A", "More is bought")
    assert item.content.key == ("A",)


def test_plain_text_is_never_read_as_markup(tmp_path: Path, edition: Edition) -> None:
    text = FILE.replace("The price of a good", "If x < 3 & y > 2, the <b>price</b> of a good")
    (item,) = read(tmp_path, text, edition).items
    assert item.content.stem.startswith("If x &lt; 3 &amp; y &gt; 2, the &lt;b&gt;price&lt;/b&gt;")
    assert plain_text(item.content.stem).startswith("If x < 3 & y > 2, the <b>price</b>")


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ('key = "A"', 'key = "E"', "jk-econ-001.key"),
        ('key = "A"', 'key = ""', "jk-econ-001.key"),
        ('"Less is bought"', '"more  is bought"', "jk-econ-001.options"),
        ('"Taxes fall"', '"All of the above"', "jk-econ-001.option D"),
        (', "Taxes fall"', "", "jk-econ-001.options"),
        ('stem = "The price', 'stem = "' + "x" * 701 + '" #', "jk-econ-001.stem"),
        ('level = "easy"', 'level = ""', "jk-econ-001.level"),
        ('level = "easy"', 'level = "easy"\nstimulus = "st-none"', "jk-econ-001.stimulus"),
        ('level = "easy"', 'level = "easy"\nenemies = ["jk-econ-002"]', "jk-econ-001.enemies"),
        ('subtopic = "markets"', 'subtopic = "congress"', "subtopic"),
        ('id = "jk-econ-001"', 'id = "JK econ"', "name"),
        ('level = "easy"', 'level = "easy"\nhint = "x"', "economics.toml"),
        ('"reader-1"', '"writer-1"', "file.reviewer"),
    ],
)
def test_a_fault_is_refused_by_item_and_field(
    tmp_path: Path, edition: Edition, before: str, after: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, FILE.replace(before, after, 1), edition)
    assert refused.value.field == field


def test_a_second_item_of_a_name_or_a_question_is_refused(tmp_path: Path, edition: Edition) -> None:
    with pytest.raises(BadInput, match="id of another entry"):
        read(tmp_path, FILE + ITEM, edition)
    again = ITEM.replace("jk-econ-001", "jk-econ-002")
    with pytest.raises(BadInput, match="asks the same as jk-econ-001"):
        read(tmp_path, FILE + again, edition)


def test_a_subject_that_is_not_published_is_refused(tmp_path: Path, edition: Edition) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, FILE, edition, subject="chemistry")
    assert refused.value.code == "subject_not_published"


def test_keys_of_the_shipped_bank_show_no_pattern(edition: Edition) -> None:
    bank = load_bank(edition, step="examination")
    for section in ("job_knowledge", "english_expression", "biographic"):
        shuffled = [item.content for item in bank.of(section) if item.content.shuffle]
        letters = Counter(content.key[0] for content in shuffled)
        assert [x for x, n in letters.items() if n > max(3, 0.4 * len(shuffled))] == []
        longest = [
            content
            for content in shuffled
            if len(dict(content.options)[content.key[0]])
            > max(len(t) for x, t in content.options if x != content.key[0])
        ]
        assert len(longest) <= max(3, 0.5 * len(shuffled))
