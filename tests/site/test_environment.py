"""Settings are read as what they are, or refused with name, rule and remedy."""

from pathlib import Path

import pytest

from concours.site import environment


def test_a_flag_is_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCOURS_TRIAL", "Yes")
    assert environment.flag("CONCOURS_TRIAL", False, meaning="A trial.") is True


def test_a_flag_that_is_neither_yes_nor_no_stops_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONCOURS_TRIAL", "maybe")
    with pytest.raises(environment.Misread) as refused:
        environment.flag("CONCOURS_TRIAL", False, meaning="A trial.")
    assert str(refused.value) == (
        "CONCOURS_TRIAL is 'maybe': a flag is one of 1, 0, true, false, yes, no, on, off. "
        "Set CONCOURS_TRIAL again or unset it."
    )


@pytest.mark.parametrize("given", ["0", "-1", "2.5", "٣", "many"])
def test_a_whole_number_below_its_least_or_not_whole_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("CONCOURS_TRIAL", given)
    with pytest.raises(environment.Misread):
        environment.whole("CONCOURS_TRIAL", 25, least=1, meaning="A trial.")


def test_a_secret_is_read_from_its_file_without_the_line_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("CONCOURS_TRIAL_FILE", str(tmp_path / "key"))
    given = environment.secret("CONCOURS_TRIAL", meaning="A trial.", fallback=str, shown="none")
    assert given == "from a file"


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_named_secret_file_that_gives_nothing_never_falls_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("CONCOURS_TRIAL_FILE", str(file))
    with pytest.raises(environment.Misread, match="CONCOURS_TRIAL_FILE"):
        environment.secret(
            "CONCOURS_TRIAL", meaning="A trial.", fallback=lambda: "a default key", shown="none"
        )


def test_a_postgresql_address_gives_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCOURS_TRIAL", "postgresql://me:p%40ss@db.example:5433/c?sslmode=require")
    assert environment.database("CONCOURS_TRIAL", "", meaning="A trial.", shown="") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "c",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_folder_may_stand_for_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCOURS_TRIAL", "postgresql://me@:5433/c?host=%2Frun%2Fpg")
    read = environment.database("CONCOURS_TRIAL", "", meaning="A trial.", shown="")
    assert (read["HOST"], read["PORT"], read["OPTIONS"]) == ("/run/pg", "5433", {})


@pytest.mark.parametrize(
    "given", ["sqlite:///relative.sqlite3", "sqlite://", "mysql://h/c", "postgresql://h", "plain"]
)
def test_an_address_of_another_kind_or_half_an_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("CONCOURS_TRIAL", given)
    with pytest.raises(environment.Misread):
        environment.database("CONCOURS_TRIAL", "", meaning="A trial.", shown="")


def test_a_refused_address_does_not_show_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCOURS_TRIAL", "postgresql://me:letmein@db.example")
    with pytest.raises(environment.Misread) as refused:
        environment.database("CONCOURS_TRIAL", "", meaning="A trial.", shown="")
    assert "letmein" not in str(refused.value)
