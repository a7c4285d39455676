"""What access decides: pure functions of state and command."""
