"""The record: its log and heads, downloads, verification, replay, recomputation, rebuilding."""
