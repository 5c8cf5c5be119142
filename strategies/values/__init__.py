"""Values of single members: what the model and the contract say about one, and strategies for it."""
