"""Items drawn from a service model: what a listing lists where nobody gave it anything."""
