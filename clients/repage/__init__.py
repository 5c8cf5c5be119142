"""Serves the listings of this process's botocore clients in different, equally valid pages.

cutting   pages out of a backend's responses
repaging  one call of a client: from the backend, or from memory
listing   the record of one listing
places    who makes a call: the program, its tests, or a library in between
unread    which places left pages unread
block     `awscontract.repage`

Nothing is imported here, so that whole processes can be served without a cost to those that never use botocore.
"""
