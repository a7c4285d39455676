"""What came in, read: one draft for each line, in clear, and no longer than it takes to seal it."""
