"""What a person sees first: what waits, where they stand, how the whole is going."""
