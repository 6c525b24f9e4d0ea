"""Applying: sections, submission, eligibility, and the exceptions."""
