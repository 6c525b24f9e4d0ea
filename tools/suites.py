"""Which folder of tests belongs to which suite."""

CORE = ("kernel", "ledger", "policy", "psychometrics", "planning", "selection", "simulator")
WEB = ("records", "services", "pages", "portal", "board", "examroom", "api", "site", "cli")
BROWSER = "journeys"
HOUSE = "house"
DATA = frozenset({"golden", "__pycache__"})
"""Folders beside the suites that hold no tests."""
EVERY = frozenset({*CORE, *WEB, BROWSER, HOUSE})
