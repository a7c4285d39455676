"""Reads of batches."""
