"""Results and known divergences."""
