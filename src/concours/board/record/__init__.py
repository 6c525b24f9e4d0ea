"""The staff pages of the record itself: a body destroyed, a person erased."""
