"""Entries, chains, Merkle log, checkpoints, proofs."""
