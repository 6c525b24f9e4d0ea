"""The candidate's pages of the test: seat, confirmation, result."""
