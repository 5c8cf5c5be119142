"""Responses of the access reports: of the job that makes one, and of the pages that list it."""
