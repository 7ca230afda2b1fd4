"""`suyuan django …`: Django's own management commands, for developers."""

import argparse

from django.core.management import execute_from_command_line

from suyuan.gs1.problems import N_

HELP = N_("Django's management commands, for developers")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="what manage.py would take")


def run(args: argparse.Namespace) -> int:
    execute_from_command_line(["suyuan django", *args.rest])
    return 0
