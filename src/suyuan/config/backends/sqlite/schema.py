"""Some tables kept in the order of their composite key, without a rowid.

SQLite keeps a table in the order in which rows came and the key as an index beside it: each row that is looked up by
its key costs a second descent, to a page that holds nothing else that was asked for. Goods are always asked for by key,
all their rows at once, and a trace asks for a hundred thousand. Only for short rows
(https://www.sqlite.org/withoutrowid.html, section 5).
"""

from typing import Any

from django.db.backends.sqlite3 import schema
from django.db.models import Model

SORTED = frozenset({"genealogy_edge", "stock_balance", "stock_subject"})
_REMADE = "new__"  # what Django calls a table while it makes it anew


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def table_sql(self, model: type[Model]) -> tuple[str, Any]:
        sql, parameters = super().table_sql(model)
        return (f"{sql} WITHOUT ROWID" if model._meta.db_table.removeprefix(_REMADE) in SORTED else sql), parameters
