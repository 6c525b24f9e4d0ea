"""Excuses the desk may choose from; which of them are accepted, the rule says."""

EXCUSES = ("serious_illness", "military_deployment", "other")
