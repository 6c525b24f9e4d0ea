"""Synthetic cohorts through the same core, no database."""
