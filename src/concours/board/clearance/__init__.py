"""The staff pages of the step clearance."""
