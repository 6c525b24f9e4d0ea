"""The life of a competition: drafted, approved by another, published, amended, closed."""
