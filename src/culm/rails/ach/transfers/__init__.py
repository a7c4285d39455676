"""Transfers: one entry on its way to another bank and, at times, back: queued, batched, settled,
returned, and what becomes of the money at each step."""
