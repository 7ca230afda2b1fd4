"""The sentences of the demo command: what it refuses, and what it says at the end."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "demo.days": N_("{days} days are not possible: choose 3 to 3650."),
    "demo.scale": N_("The scale {scale} is not possible: choose 0.1 to 200; 1 is forty customers."),
    "demo.until": N_("{until} is no date: write it as 2026-11-30."),
    "demo.until_future": N_("{until} has not come yet: the demo company works until yesterday at the latest."),
    "demo.not_empty": N_(
        "This database has records of its own, and a demo company beside them could never be taken out again. Set "
        "SUYUAN_HOME to a new folder, or SUYUAN_DATABASE_URL to another database, and load it there."
    ),
    "demo.other_options": N_(
        "This database already holds a demo company made with `suyuan demo {options}`. For another one set SUYUAN_HOME "
        "to a new folder."
    ),
    "demo.migrations_pending": N_("The database is behind this version (migrations: {count}): run `suyuan migrate`."),
}
