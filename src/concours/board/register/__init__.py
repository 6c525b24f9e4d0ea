"""The staff pages of the step register."""
