"""Faults of paging: pages, tokens, the end of a listing, and what only lists without a job get wrong."""
