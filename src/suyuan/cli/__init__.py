"""The `suyuan` command: finds its subcommands through entry points, turns refusals into sentences and exit codes."""
