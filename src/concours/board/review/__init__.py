"""The staff pages of the step review."""
