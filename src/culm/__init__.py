"""Culm: a fintech backend platform. One package, one process by default, many when needed."""
