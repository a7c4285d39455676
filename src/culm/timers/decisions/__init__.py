"""What is decided about timers and clocks. Pure functions of state and command."""
