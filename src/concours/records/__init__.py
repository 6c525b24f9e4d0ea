"""Every table and migration; the only door to the ledger."""
