"""Serves the listings of this process's botocore clients in different, equally valid pages.

contracts      how an operation pages, by the client's own service model and botocore's paginator
documentation  what only its documentation says about that
plan           what the pages look like, drawn from a seed
cutting        pages out of a response
tokens         tokens of ours, inside the model's bounds
requests       what a request says about paging
chains         what tokens stand for
responses      dicts that notice when their token is read
refusals       the error for a token of ours that was altered
listing        the record of one listing
places         who made a call
repaging       joins these for one call of a client
"""

from __future__ import annotations

__all__: list[str] = []
