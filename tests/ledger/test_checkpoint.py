"""Signed notes and checkpoints against published ones."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.ledger.checkpoint import (
    Checkpoint,
    Signer,
    open_checkpoint,
    open_note,
    read_verifier,
)

# The example of the Go package golang.org/x/mod/sumdb/note (note.go, package comment).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
    "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of the C2SP signed-note specification.
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6"
    "TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SIGNER = Signer(name="concours.example/log", seed=bytes(range(32)))
HEAD = Checkpoint(origin="concours.example/log", size=7, root=bytes(32))
NOTE = SIGNER.sign(HEAD.text)


def test_the_published_go_note_opens_and_is_signed_again_alike() -> None:
    verifier = read_verifier(GO_KEY)
    assert open_note(GO_NOTE, verifier) == GO_TEXT
    assert Signer(name="PeterNeumann", seed=GO_SEED).sign(GO_TEXT) == GO_NOTE
    assert str(verifier) == GO_KEY


def test_the_published_c2sp_note_opens() -> None:
    assert open_note(C2SP_NOTE, read_verifier(C2SP_KEY)) == "This is an example message.\n"


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    assert open_checkpoint(NOTE, SIGNER.verifier) == HEAD
    assert HEAD.text == f"concours.example/log\n7\n{base64.b64encode(bytes(32)).decode()}\n"


def test_a_signature_by_somebody_else_beside_ours_is_passed_over() -> None:
    other = Signer(name="witness.example", seed=bytes(32)).sign(HEAD.text).rpartition("\n\n")[2]
    assert open_checkpoint(NOTE + other, SIGNER.verifier) == HEAD


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_a_changed_character_anywhere_is_found(place: int, letter: str) -> None:
    changed = NOTE[:place] + letter + NOTE[place + 1 :]
    if changed != NOTE:
        with pytest.raises(BadInput):
            open_checkpoint(changed, SIGNER.verifier)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+00000000+AA==",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("Peter", "Pieter"),
        "n+00000000+!!",
    ],
)
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_verifier(key)
    assert refused.value.code == "bad_key"


def test_a_note_by_another_key_is_refused() -> None:
    stranger = Signer(name="concours.example/log", seed=bytes(32)).verifier
    with pytest.raises(BadInput):
        open_note(NOTE, stranger)
