"""Tables that SQLite keeps in the order of their key: a new one is (see its backend), one of before becomes it."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

END = " WITHOUT ROWID"


def sort(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if editor.connection.vendor != "sqlite":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL ORDER BY type DESC", [table]
        )
        made, *indexes = [sql for (sql,) in cursor.fetchall()]
        cursor.execute("SELECT name FROM pragma_table_info(%s) WHERE pk > 0 ORDER BY pk", [table])
        key = ", ".join(f'"{column}"' for (column,) in cursor.fetchall())
    if made.endswith(END):
        return
    editor.execute(made.replace(f'"{table}"', f'"sorted_{table}"', 1) + END, params=None)
    editor.execute(f"INSERT INTO sorted_{table} SELECT * FROM {table} ORDER BY {key}")
    editor.execute(f"DROP TABLE {table}")
    editor.execute(f"ALTER TABLE sorted_{table} RENAME TO {table}")
    for index in indexes:
        editor.execute(index, params=None)
