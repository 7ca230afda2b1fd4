"""Before a command asks the database anything: it is there, and of this version's shape."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from suyuan.gs1.problems import Problem, Refused


def ready() -> None:
    """Make the embedded database if it does not exist yet.

    Refused where it is behind this version: changing tables that hold data is for `suyuan migrate`, after a backup.
    """
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending and connection.vendor == "sqlite" and not executor.loader.applied_migrations:
        call_command("migrate", interactive=False, verbosity=0)
    elif pending:
        raise Refused([Problem("cli.migrations_pending", "", {"count": str(len(pending))})])
