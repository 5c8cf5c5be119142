"""Results held against the derived JSON Schema: where they depart from it, by the shape rules."""
