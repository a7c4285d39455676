"""Exports: a tenant's ledger in one file, as CSV, Parquet or Beancount. Read as a stream from one
snapshot, so memory stays flat at any size and the file is one state of the books."""
