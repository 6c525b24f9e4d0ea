"""The command line: `concours ...`, a module per command."""
