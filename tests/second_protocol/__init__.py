"""Protocols that the project's tests speak, and no user does yet."""
