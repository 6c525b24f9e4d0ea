"""Service: appointment, training, wishes, first postings, hand-over."""
