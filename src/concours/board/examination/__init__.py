"""The staff's pages of the test: sessions, the door, answer sheets, scoring, essays."""
