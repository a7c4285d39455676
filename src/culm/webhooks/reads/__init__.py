"""The reads of webhooks, and the journal of attempts, which is no fold of the log."""
