"""The candidate's pages of the oral assessment."""
