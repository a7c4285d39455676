"""The decisions of recurring payments: pure, from state and command alone."""
