"""Statements as files: CSV, camt.053 and PDF. The same statement is the same bytes."""
