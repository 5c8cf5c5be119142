"""A folder for ``PYTHONPATH``: every Python process that starts with it runs the `sitecustomize` in it."""
