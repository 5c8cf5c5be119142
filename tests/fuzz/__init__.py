"""Fuzz targets for everything that reads what other people wrote, and their runner."""
