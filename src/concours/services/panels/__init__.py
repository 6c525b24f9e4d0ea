"""Panels and rating sheets, for the narratives and the oral assessment alike."""
