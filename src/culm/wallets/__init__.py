"""Wallets: what a customer has in several currencies, with limits, history and statements."""
