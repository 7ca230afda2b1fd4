"""What has been recorded is not changed and not removed: the database itself refuses."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SENTENCE = "the ledger is append-only: a correction is a new event"
REFUSE = f"""
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def forbid(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(REFUSE)
        editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        editor.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )


def allow(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """For a migration that has to touch what stands; it forbids again at its end. SQLite forgets its triggers when
    Django makes a table anew.
    """
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for verb in ("update", "delete"):
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
