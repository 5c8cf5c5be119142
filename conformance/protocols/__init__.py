"""AWS protocols, one file each: encoding requests and reading responses strictly."""
