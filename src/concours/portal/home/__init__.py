"""The candidate's own pages: their candidacies, the road of each, messages, their data."""
