"""The ACH rail's file codec: reads, judges and writes NACHA files. Reading streams in flat memory,
never raises on bad input, and lists every deviation from the Nacha Operating Rules with its line,
field, rule and severity; writing gives back the same bytes, or builds a correct new file from
values. It knows nothing of accounts or ledgers: it says what a file asks for, and whether to trust
it.
"""
