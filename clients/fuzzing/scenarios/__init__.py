"""What a service does to a client: named dangers, drawn behaviours, and how either is made simpler."""
