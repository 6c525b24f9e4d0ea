"""The item bank: writing, reviewing, searching, exchange with other programs, and forms."""
