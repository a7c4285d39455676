"""The reads of recurring payments: plain SQL for one tenant of one partition."""
