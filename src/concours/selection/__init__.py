"""The steps as pure code: state, commands, entries; who may do what."""
