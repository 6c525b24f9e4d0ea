"""One function per use case, one transaction each; a folder per step."""
