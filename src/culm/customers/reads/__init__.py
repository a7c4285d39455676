"""The reads of customers."""
