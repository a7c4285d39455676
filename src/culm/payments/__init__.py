"""Payments: one object over every rail, from its creation to its last refund."""
