"""Template parts of the exam room."""
