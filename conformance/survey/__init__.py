"""Which requests to send, and what to send next. No I/O."""
