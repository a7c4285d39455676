"""Windows: what is sent together. A window is opened by the first transfer that waits for it, and
closes at a cut-off of the bank's."""
