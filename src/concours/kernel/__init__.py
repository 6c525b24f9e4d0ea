"""Citation, verdict, period, identifiers, exact numbers, errors."""
