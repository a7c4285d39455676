"""What access reads, and what lets requests in."""
