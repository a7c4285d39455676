"""How customers are decided about."""
