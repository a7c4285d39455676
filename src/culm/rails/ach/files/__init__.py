"""Files: a closed window becomes batches, and these a file that the bank accepts or rejects."""
