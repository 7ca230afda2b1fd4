"""`suyuan migrate`: bring the database to this version's shape."""

import argparse

from django.core.management import call_command

from suyuan.gs1.problems import N_

HELP = N_("create or update the database's tables")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(args: argparse.Namespace) -> int:
    call_command("migrate", interactive=False, verbosity=0 if args.quiet else 1)
    return 0
