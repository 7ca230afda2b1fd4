"""What the command line says of itself."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "cli.command_unknown": N_(
        "suyuan {name} does not exist; did you mean suyuan {near}? `suyuan --help` lists every command."
    ),
    "cli.port_taken": N_("Port {port} on {host} is taken; choose another with --port."),
    "cli.database": N_("The database does not answer: {reason}. Check SUYUAN_DATABASE_URL, then run `suyuan migrate`."),
    "cli.migrations_pending": N_(
        "The database is behind this version by {count} migrations: run `suyuan migrate` first."
    ),
}
