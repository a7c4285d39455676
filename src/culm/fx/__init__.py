"""Foreign exchange: what currencies cost, as data, and quotes that promise a price for a while.
Quotes are used by payments of the kind `exchange`, once each."""
