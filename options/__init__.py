"""The table of options that the command and the pytest plugin share, and the files and variables that set them."""
