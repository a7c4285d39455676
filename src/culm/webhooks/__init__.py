"""Webhooks: what is in the log is told to the tenants' own endpoints, signed, until they have it.
Each endpoint is a reactor of its own, so that a slow one delays only itself."""
