"""Responses and service errors as the bytes on the wire."""
