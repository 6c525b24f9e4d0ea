"""The proctor's desk: the room live, one candidate, the room as a whole."""
