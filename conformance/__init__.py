"""Judging implementations: send requests, collect evidence, apply rules, report."""
