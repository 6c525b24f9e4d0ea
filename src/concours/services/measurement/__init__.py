"""Measurement at work: files in, calibrations, scores and reports out."""
