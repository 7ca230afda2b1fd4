"""Django's PostgreSQL backend; what is prepared outlives a refusal.

PostgreSQL keeps a prepared statement as long as the session, whatever becomes of the transaction. psycopg forgets all
of them at each ROLLBACK, since one may speak of a table that was made in the transaction, or be what failed; so after
a clerk was refused everything would have to be planned anew. Here they are forgotten only where the server objected to
something. Tables are made by `suyuan migrate`, a process of its own.
"""

from django.db.backends.postgresql import base
from psycopg.pq import ExecStatus, TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    def _rollback(self) -> None:
        raw = self.connection
        if (
            raw is not None
            and raw.info.transaction_status == TransactionStatus.INTRANS
            and not raw.info.pipeline_status
        ):
            with raw.lock:
                if raw.pgconn.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK:
                    return
        super()._rollback()  # type: ignore[misc]  # private hook that the stubs leave out
