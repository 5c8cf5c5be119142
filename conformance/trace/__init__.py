"""What was sent and received: exchanges, redaction, the steps of a survey."""
