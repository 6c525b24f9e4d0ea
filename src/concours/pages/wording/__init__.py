"""Machine codes and the words people read for them, a module per step and one for the house."""
