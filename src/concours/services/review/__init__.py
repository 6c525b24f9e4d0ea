"""The final review: a panel reads, votes alone, hears the candidate, decides."""
