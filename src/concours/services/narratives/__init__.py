"""Narratives: written, submitted, read blind, rated and decided."""
