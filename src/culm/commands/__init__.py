"""The subcommands of `culm`, one module each. They parse, call, and print; nothing else."""
