"""Pages out of a backend's responses, without knowing who asks for them.

contracts      how an operation pages, by the client's own service model and botocore's paginator
documentation  what only its documentation says about that
plan           what the pages look like, drawn from a seed
pages          a page out of a response
tokens         tokens of ours, inside the model's bounds
cursors        tokens that name an item
requests       what a request says about paging
chains         what tokens stand for
responses      dicts that notice when their token is read
refusals       the error for a token of ours that was altered
"""
