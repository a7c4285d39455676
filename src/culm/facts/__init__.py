"""What becomes of facts once they are in the log: they are told to others, and made into views that
are quick to read. Nothing here decides anything; all of it can be made again from the log."""
