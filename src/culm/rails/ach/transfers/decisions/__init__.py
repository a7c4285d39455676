"""What is decided about transfers. Pure functions of state and command."""
