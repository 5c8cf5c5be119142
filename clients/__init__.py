"""Judging clients: `fuzz_client`, `fuzz-client` and `repage`."""
