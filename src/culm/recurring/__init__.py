"""Recurring payments: schedules, each run of which makes one payment."""
