"""The item bank and its test forms, on the board."""
