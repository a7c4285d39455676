"""How webhooks decide."""
