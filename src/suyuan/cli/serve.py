"""`suyuan serve`: the web server, and the worker beside it."""

import argparse
import os
import socket
from importlib import import_module

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces

from suyuan.cli.worker import Supervised, serve_worker
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ui.problems import say

WORKERS = min(4, os.cpu_count() or 1)  # web processes, and threads in each, where nobody says how many
THREADS = 4
APPLICATION = "suyuan.config.wsgi:application"
SECONDS_TO_FINISH = 30  # what a request may still take after a stop
HELP = N_("serve the web pages and interfaces")
ROLE = N_("what runs: all (default), web alone, or the worker alone, which signs what was recorded")
ADDRESS = N_("Suyuan answers at {address} (Ctrl-C stops it)")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", choices=("all", "web", "worker"), default="all", help=say(ROLE))
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=WORKERS, help="web processes")
    parser.add_argument("--threads", type=int, default=THREADS, help="threads in each")


def check_port(host: str, port: int) -> list[Problem]:
    """The server's own complaint would come from a child, as a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return [Problem("cli.port_taken", "port", {"host": host, "port": str(port)})]
    return []


def check_migrations() -> list[Problem]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [Problem("cli.migrations_pending", "", {"count": str(len(pending))})] if pending else []


def shown(host: str) -> str:
    """The name to open: passkeys work on localhost, and on no number."""
    return "localhost" if host in ("127.0.0.1", "::1") else host


def run(args: argparse.Namespace) -> int:
    if args.role == "worker":
        if problems := check_migrations():
            raise Refused(problems)
        return serve_worker(with_parent=args.with_parent)
    problems = check_port(args.host, args.port) + check_migrations()
    if problems:
        raise Refused(problems)
    connection.close()  # the children open their own
    # Ctrl-C would reach the web processes too, beside this one's SIGTERM; granian 2.8 then never ends.
    os.register_at_fork(after_in_child=os.setpgrp)
    if args.role == "web":
        serve_web(args)
        return 0
    with Supervised() as worker:
        serve_web(args)
    return worker.status


def serve_web(args: argparse.Namespace) -> None:
    import_module(APPLICATION.partition(":")[0])  # once, for all the processes that are forked from this one
    print(say(ADDRESS).format(address=f"http://{shown(args.host)}:{args.port}/"), flush=True)
    Granian(
        APPLICATION,
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=args.threads,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_FINISH,
    ).serve()
