"""Who makes a call: the program, its tests or a library in between, and what the source says there.

origins          whose code a file is
places           the frames above a call that are the program's own
lines            the line of a frame, and a comment on it
sources          the call in the source that a frame is at
returned_tokens  functions that return one page and its token to their caller
early_end        loops that may end before the last page on purpose
first_item       functions that need only the first item
deletion_loops   functions that delete what they list, and list again
exact_name       functions that look for one name, which they give as a prefix
"""
