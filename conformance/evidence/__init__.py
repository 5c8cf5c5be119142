"""What a trace shows: responses, listings, jobs, schema errors, invalid requests."""
