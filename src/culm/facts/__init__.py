"""Facts go out: what is in the log is published, in order, for everybody who depends on it."""
