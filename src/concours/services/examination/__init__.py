"""The test: centres, seats, sittings, answers, scores and results."""
