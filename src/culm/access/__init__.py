"""API keys: who may ask, for which tenant, and what of it. The gateway admits requests by them."""
