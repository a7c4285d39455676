"""The reads of bank accounts."""
