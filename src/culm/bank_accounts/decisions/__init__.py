"""What is decided about bank accounts."""
