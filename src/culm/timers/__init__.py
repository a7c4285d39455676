"""Timers: commands that are decided at a time or on a schedule, kept in the Book; and the virtual
clocks that tenants of the sandbox advance. Other contexts arm them by `api`."""
