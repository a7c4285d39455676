"""What is decided about batches. Pure functions of state and command."""
