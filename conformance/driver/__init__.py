"""Sending requests through a botocore client, with limits on time and size; targets and set-up."""
