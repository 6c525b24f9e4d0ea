"""The candidate's pages of applying, and the public pages about it."""
