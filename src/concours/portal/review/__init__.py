"""The candidate's pages of the step review."""
