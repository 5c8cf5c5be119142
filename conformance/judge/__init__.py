"""From evidence to outcomes and a verdict."""
