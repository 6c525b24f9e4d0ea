"""The staff's pages of applying: the eligibility desk and the exceptions."""
