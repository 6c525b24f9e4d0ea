"""Optimisation: panels, assessment days, classes, postings."""
