"""What nobody may do to himself, or to the last administrator."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from suyuan.accounts.models import User
from suyuan.accounts.queries import administrators, rights_of_person
from suyuan.accounts.rules import EVERYWHERE, MACHINE
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.gs1.problems import Problem, Refused
from suyuan.tlog.jcs import Json

ONLY_ONE = "only_administrator"  # why somebody could give himself a right: nobody else was there to do it


@contextmanager
def watched(ctx: Context, who: Who) -> Iterator[dict[str, Json]]:
    """Around what changes rights: an administrator is left, and nobody gave himself what he did not hold.

    Where there is no second administrator the latter is done, and what this yields says so, for the result.
    """
    sites = who.directory.sites
    there = administrators(ctx.now)
    before = rights_of_person(ctx.actor.human, sites)
    noted: dict[str, Json] = {}
    yield noted
    if there and not administrators(ctx.now):
        raise Refused([Problem("governance.last_administrator", "user")])
    if ctx.actor.kind != MACHINE and _gained(before, rights_of_person(ctx.actor.human, sites)):
        noted.update(alone_or_refused(ctx, "role", there))


def _gained(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> bool:
    """Is anything allowed now, somewhere, that was not?"""
    return any(
        EVERYWHERE not in before.get(permission, ()) and not where <= before.get(permission, frozenset())
        for permission, where in after.items()
    )


def alone_or_refused(ctx: Context, field: str, there: Mapping[str, str]) -> dict[str, Json]:
    """What he does to his own rights: refused where another administrator (`there`: account → person) could do it."""
    if any(person != ctx.actor.human for person in there.values()):
        raise Refused([Problem("governance.right_to_oneself", field)])
    return {"exception": ONLY_ONE}


def is_himself(ctx: Context, user: User) -> bool:
    """Is it an account of the person who acts? A machine is nobody's."""
    return ctx.actor.kind != MACHINE and (user.person or str(user.pk)) == ctx.actor.human
