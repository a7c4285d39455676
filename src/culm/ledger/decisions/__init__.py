"""How the ledger decides: pure functions of a unit and a command. Each checks in the order of the
precedence table (docs/reference/rejections.md) and records what follows, or raises a rejection."""
