"""The page of results in a real browser."""
