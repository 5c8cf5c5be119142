"""Serves the listings of this process's botocore clients in different, equally valid pages.

cutting    pages out of a backend's responses
repaging   one call of a client: from the backend, or from memory
listing    the record of one listing
log        those of a run
contexts   which test a call belongs to
callers    who makes a call: the program, its tests, or a library in between
unread     which places left pages unread
summary    what a run says at its end; failure_section: what a failed test says
selection  the operations that the user names
serving    a whole process, from the moment that it imports botocore
processes  the processes of a command
block      `awscontract.repage`
example    what the rule is about

Nothing is imported here, so that whole processes can be served without a cost to those that never use botocore.
"""
