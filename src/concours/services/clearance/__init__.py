"""The clearances: conditional offer, papers, the two compartments, waiver and appeal."""
