"""What waits for staff, files, the funnel."""
