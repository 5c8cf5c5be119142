"""Clients of our own, written as people write them: `right` ones, and `buggy` ones with the rule that each breaks."""
