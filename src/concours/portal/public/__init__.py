"""Pages that need no account: the road, the rules, the record's head, the statements."""
