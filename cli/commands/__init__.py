"""The sub-commands, a file each. Nothing but click is imported before one of them runs."""
