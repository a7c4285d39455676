"""The reads of wallets: plain SQL for one tenant of one partition.

What is unknown, or somebody else's, raises `WalletNotFound`; malformed cursors and limits raise
`kernel.errors.ParameterInvalid`, naming the field.
"""
