"""The inbox: what the bank answers. Acknowledgements, returns, notifications of change."""
