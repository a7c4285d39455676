"""Sealing: personal data encrypted with a key of its subject's own, and found by blind indexes."""
