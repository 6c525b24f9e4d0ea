"""The staff's pages of the narratives and the panel."""
