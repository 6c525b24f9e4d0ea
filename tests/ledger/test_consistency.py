"""A head kept earlier is shown to be the beginning of the log, or not to be."""

from hypothesis import given
from hypothesis import strategies as st

from concours.ledger import merkle
from concours.ledger.checkpoint import Checkpoint, Signer
from concours.ledger.consistency import (
    Consistency,
    is_consistency,
    render_consistency,
    verify_consistency,
)

SIGNER = Signer(name="concours.example/log", seed=bytes(range(32)))
LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(40)]


def head(leaves: list[bytes], origin: str = SIGNER.name) -> str:
    root = merkle.root_of(merkle.extended((), 0, leaves))
    return SIGNER.sign(Checkpoint(origin=origin, size=len(leaves), root=root).text)


def document(old: int, new: int, before: list[bytes] = LEAVES) -> bytes:
    proof = merkle.consistency_proof(merkle.node_reader(LEAVES), old=old, new=new)
    return render_consistency(head(before[:old]), head(LEAVES[:new]), proof).encode()


@given(st.integers(1, 40).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_a_log_that_only_grew_is_consistent_with_every_head_before(sizes: tuple[int, int]) -> None:
    old, new = sizes
    content = document(old, new)
    assert is_consistency(content)
    assert verify_consistency(content, SIGNER.verifier) == Consistency(old=old, new=new, wrong="")


@given(st.integers(1, 39), st.data())
def test_a_rewritten_past_is_found_by_the_head_that_was_kept(old: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, old - 1))
    before = [*LEAVES[:place], merkle.leaf_hash(b"as it was"), *LEAVES[place + 1 :]]
    found = verify_consistency(document(old, 40, before), SIGNER.verifier)
    assert found.wrong.startswith("the older head is not the beginning")


@given(st.data())
def test_a_changed_byte_of_a_head_or_proof_is_found(data: st.DataObject) -> None:
    content = bytearray(document(23, 40))
    start = content.index(b'"old"')
    place = data.draw(st.integers(start + 8, len(content) - 8))
    if chr(content[place]).isalnum():
        content[place] ^= data.draw(st.integers(1, 255))
        assert verify_consistency(bytes(content), SIGNER.verifier).wrong != ""


def test_heads_of_two_logs_and_other_files_prove_nothing() -> None:
    proof = merkle.consistency_proof(merkle.node_reader(LEAVES), old=3, new=7)
    two = render_consistency(head(LEAVES[:3], "other.example/log"), head(LEAVES[:7]), proof)
    found = verify_consistency(two.encode(), SIGNER.verifier)
    assert found.wrong == "the heads are of two logs"
    assert verify_consistency(b"{}", SIGNER.verifier).wrong.startswith("it cannot be read")
