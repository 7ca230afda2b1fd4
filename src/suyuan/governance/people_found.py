"""Accounts, warehouses and partners as commands on people name them; refused where there is none."""

from collections.abc import Collection, Iterable

from suyuan.accounts.models import User
from suyuan.accounts.rules import EVERYWHERE, SITE_PREFIX, login_name
from suyuan.accounts.writes import (
    At,
)
from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem, Refused


def user_of(username: str) -> User:
    """The account of a user name; Refused if there is none."""
    user = User.objects.filter(username=login_name(username)).first()
    if user is None:
        raise Refused([Problem("governance.user_unknown", "user", {"user": username})])
    return user


def refuse_unknown(grants: Iterable[At], warehouses: Collection[str]) -> None:
    """Only here is it known which warehouses there are."""
    wrong = [at for at in grants if at.scope != EVERYWHERE and not at.scope.startswith(SITE_PREFIX)]
    problems = [
        Problem("governance.warehouse_unknown", "at", {"warehouse": at.scope})
        for at in wrong
        if at.scope not in warehouses
    ]
    if problems:
        raise Refused(problems)


def refuse_stranger(partner: str, who: Who) -> None:
    """A carrier's account works for a partner there is."""
    if partner and partner not in {known.code for known in who.directory.partners.values()}:
        raise Refused([Problem("governance.partner_unknown", "partner", {"partner": partner})])
