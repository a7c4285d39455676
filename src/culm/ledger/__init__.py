"""The ledger: double entry over tenants' accounts, with holds, limits, reversals and periods.
Insert-only: an account's balance is its newest entry, so history costs nothing extra."""
