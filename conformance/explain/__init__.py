"""Rules explained: source, examples, the detection table."""
