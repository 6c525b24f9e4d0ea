"""What the public may read of the rules: every value, its source, what changed."""
