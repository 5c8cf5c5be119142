"""Requests: parameters as forms, JSON and XML, and at their places in REST requests."""
