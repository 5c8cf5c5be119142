"""Tests of the strategies, and what they share."""
