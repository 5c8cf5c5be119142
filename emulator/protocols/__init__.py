"""AWS protocols, one file each: reading requests and writing responses."""
