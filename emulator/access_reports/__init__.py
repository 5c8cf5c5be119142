"""What belongs to the access reports alone: services, organizations, policies."""
