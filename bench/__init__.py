"""Speed, measured beside PostgreSQL's own pgbench, on the same embedded server in one run."""
