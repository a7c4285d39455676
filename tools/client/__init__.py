"""Writes the parts of `culm.client` that say what the API says: `make client`."""
