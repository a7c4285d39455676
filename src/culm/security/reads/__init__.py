"""Where wrapped keys and blind indexes are: plain rows, no folds of the log, to be deletable."""
