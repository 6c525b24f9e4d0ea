"""The staff pages of the step service."""
