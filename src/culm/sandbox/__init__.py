"""The outside world, simulated: banks that speak the real wire formats, on virtual clocks."""
