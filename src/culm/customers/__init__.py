"""Customers: persons and businesses, their lifecycle, their data under seal, their consents."""
