"""Responses of every other paginated operation, drawn from its output shape and its derived contract."""
