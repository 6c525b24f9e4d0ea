"""The vendor folder is swapped in whole and knows what it was made from."""

import json
from pathlib import Path

import pytest

from concours.cli import assets


def test_a_swap_replaces_the_whole_folder(tmp_path: Path) -> None:
    place, fresh = tmp_path / "vendor", tmp_path / ".vendor-x"
    place.mkdir()
    fresh.mkdir()
    (place / "old.css").write_text("old", encoding="utf-8")
    (fresh / "new.css").write_text("new", encoding="utf-8")
    assets.swap(fresh, place)
    assert [file.name for file in tmp_path.iterdir()] == ["vendor"]
    assert [file.name for file in place.iterdir()] == ["new.css"]


def test_the_manifest_holds_the_digest_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "a.css").write_bytes(b"abc")
    (tmp_path / "fonts" / "b.woff2").write_bytes(b"")
    assets.write_manifest(tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["files"] == {
        "a.css": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "fonts/b.woff2": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }


@pytest.mark.parametrize("harm", ["lost file", "other lock", "unreadable manifest"])
def test_a_folder_that_is_not_whole_or_not_of_this_lock_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    (tmp_path / "a.css").write_bytes(b"abc")
    assets.write_manifest(tmp_path)
    monkeypatch.setattr(assets, "VENDOR", tmp_path)
    assert assets.stands()
    manifest = tmp_path / "manifest.json"
    if harm == "lost file":
        (tmp_path / "a.css").unlink()
    elif harm == "other lock":
        content = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps({**content, "from": "0" * 64}), encoding="utf-8")
    else:
        manifest.write_text("{", encoding="utf-8")
    assert not assets.stands()


def test_without_any_npm_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(assets.NoNode, match=r"pip install -r requirements/node\.txt"):
        assets.npm()
