"""The decisions of foreign exchange: pure, from state and command alone."""
