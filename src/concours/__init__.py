"""Concours runs a competitive selection into a public service."""
