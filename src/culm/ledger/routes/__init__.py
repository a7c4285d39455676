"""The ledger over HTTP: requests become commands, and reads become pages. Nothing is decided here."""
