"""The candidate's pages of the narratives."""
