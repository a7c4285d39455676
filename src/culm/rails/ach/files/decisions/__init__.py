"""What is decided about batches and files. Pure functions of state and command."""
