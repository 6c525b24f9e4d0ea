"""Suites named ``test_oracle_*`` compare with outside data sets and are collected only with them."""

import os

collect_ignore_glob = [] if os.environ.get("CONCOURS_ORACLES") else ["test_oracle_*.py"]
