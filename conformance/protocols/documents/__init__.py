"""Documents: JSON and XML as values of the shapes of the service model, with notes on how they are written."""
