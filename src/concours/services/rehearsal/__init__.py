"""The rehearsal: invented people written into the real tables by the real commands."""
