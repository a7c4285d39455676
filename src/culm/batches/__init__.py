"""Batches: many payouts by one call or one file, each judged on its own, with a result each."""
