"""The ledger once more, as plainly as it can be written, from its documentation alone.

No turns, no cache, no loading, no undo journal: dictionaries, lists, and one command after the
other. What it answers is what the real one must answer.
"""
