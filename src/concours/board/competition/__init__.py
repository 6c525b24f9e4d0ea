"""The life of a competition."""
