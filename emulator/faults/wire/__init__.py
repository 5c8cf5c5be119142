"""Faults on the wire: HTTP, documents, the values in them, errors."""
