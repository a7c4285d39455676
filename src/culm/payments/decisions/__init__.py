"""What is decided about payments. Pure functions of state and command."""
