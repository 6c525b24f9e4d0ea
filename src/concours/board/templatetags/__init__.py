"""Filters of the board's templates."""
