"""Rulebooks, and one pure function per kind of rule."""
