"""Delivery: files are written as the log says and put at the bank's place, each once."""
