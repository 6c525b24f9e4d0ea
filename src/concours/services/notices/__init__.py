"""Notices: what people are told, when they are told it, and whether it reached them."""
