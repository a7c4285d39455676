"""Recurring payments: schedules, each run of which makes one payment, and mandates, by
which a payer lets somebody collect."""
