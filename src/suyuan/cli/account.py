"""`suyuan account`: the first administrator, and a new password for whoever is shut out."""

import argparse
from datetime import UTC, datetime
from uuid import uuid4

from django.utils.translation import get_language

from suyuan.accounts.rules import PERSON, SYSTEM
from suyuan.accounts.writes import At
from suyuan.cli.database import ready
from suyuan.desk.people import start_password
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.params import Personal, Secret
from suyuan.governance.rights import AddUser, ResetFactors, ResetPassword
from suyuan.gs1.problems import N_
from suyuan.ui.problems import say

HELP = N_("accounts made at the machine: the first administrator, or a way back in for one who is shut out")
ADD_HELP = N_("add the account of a person and print its first password; it is changed at the first login")
PASSWORD_HELP = N_("give an account a new password, print it, and remove its second factors")
USER_HELP = N_("the user name to log in with")
NAME_HELP = N_("the name as it is to be printed in the records")
ROLE_HELP = N_("code of the role it holds everywhere (default: admin)")
ADDED = N_("Account {user} added. First password: {password}")
CHANGED = N_("New password of {user}: {password}")
WHY = N_("reset at the machine")


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="add|password", required=True, dest="verb")
    add = verbs.add_parser("add", help=say(ADD_HELP), description=say(ADD_HELP))
    add.add_argument("username", metavar="USER", help=say(USER_HELP))
    add.add_argument("--name", required=True, help=say(NAME_HELP))
    add.add_argument("--role", default="admin", help=say(ROLE_HELP))
    password = verbs.add_parser("password", help=say(PASSWORD_HELP), description=say(PASSWORD_HELP))
    password.add_argument("username", metavar="USER", help=say(USER_HELP))


def run(args: argparse.Namespace) -> int:
    ready()
    password = start_password()
    if args.verb == "add":
        execute(_context(), new_account(args.username, args.name, args.role, password))
        print(say(ADDED).format(user=args.username, password=password))
    else:
        user = Personal(args.username)
        execute(_context(), ResetPassword(user=user, password=Secret(password)))
        execute(_context(), ResetFactors(user=user, reason=say(WHY)))
        print(say(CHANGED).format(user=args.username, password=password))
    return 0


def new_account(username: str, name: str, role: str, password: str) -> AddUser:
    return AddUser(
        username=Personal(username), name=Personal(name), password=Secret(password), must_change_password=True,
        language=_language(), kind=PERSON, grants=(At(role),),
    )  # fmt: skip


def _language() -> str:
    return get_language() or "en"


def _context() -> Context:
    """The administrator at the machine."""
    now = datetime.now(UTC)
    return Context(actor=SYSTEM, request_id=uuid4(), now=now, locale=_language(), terminal="suyuan account")
