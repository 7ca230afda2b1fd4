"""The database itself refuses to change what has been recorded."""

import pytest
from django.db import IntegrityError, connection, transaction

from suyuan.ledger.keeping import Keeping
from suyuan.ledger.sequencer import sequence
from tests.ledger.records import NOW
from tests.ledgers.story import Story, send, two_warehouses

TABLES = {
    "ledger_record": "biz_step",
    "ledger_body": "body",
    "ledger_identifier": "uri",
    "ledger_eventitem": "quantity",
    "ledger_leaf": "id",
}


@pytest.mark.engine
def test_no_table_of_facts_can_be_changed(engine: str, kept: Keeping) -> None:
    two_warehouses()
    send([Story().event("08:00 receive L1 10 at dock from farm")])
    sequence(NOW, kept=kept)
    for table, column in TABLES.items():
        verbs = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
        verbs += [f"TRUNCATE {table}"] if engine == "postgresql" else []
        for verb in verbs:
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                connection.cursor().execute(verb)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            assert cursor.fetchone()[0] > 0, table
