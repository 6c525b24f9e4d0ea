"""The use cases the pages' scripts call."""
