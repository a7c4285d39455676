"""The sandbox bank: a simulated bank for ACH, the one that sends our entries (ODFI) and every one
that receives them (RDFI) together. It takes real NACHA files, from a directory or by SFTP, judges
them as a bank does, and answers on a clock that it is told: acknowledgements, returns,
notifications of change, contested dishonours. What it does with an entry depends on the entry's
account number alone (docs/guides/sandbox.md), so that the same files are answered the same way
every time.
"""
