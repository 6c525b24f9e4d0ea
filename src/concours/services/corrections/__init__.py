"""Bulk corrections: a file in, every row checked, a dry run, one signed act."""
