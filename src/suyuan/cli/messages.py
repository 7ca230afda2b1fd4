"""What the command line says of itself."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "cli.command_unknown": N_(
        "suyuan {name} does not exist; did you mean suyuan {near}? `suyuan --help` lists every command."
    ),
    "cli.port_taken": N_("Port {port} on {host} is taken; choose another with --port."),
    "cli.database": N_("The database does not answer: {reason}. Check SUYUAN_DATABASE_URL, then run `suyuan migrate`."),
    "cli.migrations_pending": N_(
        "The database is behind this version (migrations: {count}): run `suyuan migrate` first."
    ),
    "cli.file_missing": N_("There is no file {file}."),
    "cli.file_folder": N_("{file} is a folder: name the files in it."),
    "cli.file_unreadable": N_("{file} cannot be read: {reason}."),
    "cli.file_unwritable": N_("{file} cannot be written: {reason}."),
    "cli.file_gzip": N_("{file} is packed, but damaged or cut off: pack it again."),
    "cli.file_empty": N_("{file} is empty."),
    "cli.file_too_large": N_(
        "{file} has more than {limit} bytes ({mib} MiB): send it in several parts, or raise SUYUAN_CAPTURE_LIMIT_BYTES."
    ),
    "cli.file_xml": N_("{file} is XML, which is not read yet: convert it to EPCIS 2.0 JSON."),
    "cli.time": N_(
        "{option} {value} is not a time: write a date such as 2026-11-30, or a time such as 2026-11-30T08:15:00+08:00."
    ),
    "cli.warehouse_name": N_("A warehouse needs a name."),
    "cli.site_zone": N_("The site {site} has the time zone {zone}: leave out --time-zone, or choose another --site."),
}
