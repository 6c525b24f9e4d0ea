"""The oral assessment: days, places, ratings and results."""
