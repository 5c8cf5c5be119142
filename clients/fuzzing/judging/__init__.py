"""Judging one run of a client: pure rules over the requests, the responses, and how it ended."""
