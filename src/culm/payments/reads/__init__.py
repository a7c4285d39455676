"""The reads of payments: plain SQL for one tenant of one partition."""
