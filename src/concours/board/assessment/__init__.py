"""The staff's pages of the oral assessment."""
