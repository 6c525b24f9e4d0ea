"""Bulk corrections: proposed by one, signed by another."""
