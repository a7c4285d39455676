"""The client of the API: synchronous and asynchronous, typed, and safe to retry."""
