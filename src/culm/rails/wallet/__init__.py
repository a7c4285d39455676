"""The instant rail: money moves between two accounts of the same books, in the decision that asks
for it. Its state is the ledger's own, so it has no facts of its own."""
