"""The sitting and the proctor's desk."""
