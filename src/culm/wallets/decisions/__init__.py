"""What is decided about wallets and their limits. Pure functions of state and command."""
