"""The options that the command and pytest share, and the files and variables that set them."""
