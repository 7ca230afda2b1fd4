"""Who may be the second person, without a database: groups of signatures, and what is missing about them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from suyuan.accounts.rules import Actor
from suyuan.gs1.problems import N_, Problem
from suyuan.tlog.jcs import Json

# What a signature says, beside the reason in the signer's own words.
MEANINGS: Mapping[str, str] = {
    "reviewed": N_("I have checked it and approve it"),
    "responsible": N_("I take responsibility for it as the qualified person"),
    "witnessed": N_("I have seen the goods and approve it"),
}
DISAGREED = "disagreed"
# Words beside a group's name on a page; the only group of most commands has none.
GROUPS: Mapping[str, str] = {
    "": N_("Second person"), "quality": N_("Quality"), "finance": N_("Finance"), "buyer": N_("Buyer"),
    "seller": N_("Sales"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """One signature that is needed, of somebody with any of `permissions` and all of `besides`.

    The latter tells apart people who hold the same approval: quality and finance.
    """

    name: str
    permissions: tuple[str, ...]
    besides: tuple[str, ...] = ()

    def open_to(self, actor: Actor, scope: str) -> bool:
        """May he sign for it there?"""
        held = any(actor.may(permission, scope) for permission in self.permissions)
        return held and all(actor.may(permission, scope) for permission in self.besides)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it travels with a command. `request`: what it was given for, as the approval record binds it."""

    actor: Actor
    meaning: str = ""
    reason: str = ""
    at: datetime | None = None
    request: Mapping[str, Json] = field(default_factory=dict)


def anyone_of(groups: Sequence[Group]) -> tuple[Group, ...]:
    """One signature of whichever group instead of one of each."""
    if len(groups) < 2:
        return tuple(groups)
    permissions = dict.fromkeys(permission for group in groups for permission in group.permissions)
    return (Group("", tuple(permissions)),)


def signing_problems(
    asker: Actor, signers: Sequence[Actor], groups: Sequence[Group], scope: str, *, alone: bool
) -> list[Problem]:
    """What is missing about the second person: approver ≠ requester, by person, and each group by another one.

    `alone`: the firm is too small for two, so that a person may sign for himself what he has the right to sign.
    """
    found = []
    for signer in signers:
        if signer.human == asker.human and not alone:
            found.append(Problem("governance.approval_self", "approver"))
        elif not any(group.open_to(signer, scope) for group in groups):
            permissions = dict.fromkeys(permission for group in groups for permission in group.permissions)
            found.append(Problem("governance.approval_not_allowed", "approver", {"permission": ", ".join(permissions)}))
    return found or [missing(group) for group in unsigned(signers, groups, scope, alone=alone)]


def missing(group: Group) -> Problem:
    """That this signature is not there yet."""
    code = {
        "quality": "governance.approval_missing_quality",
        "finance": "governance.approval_missing_finance",
        "buyer": "governance.approval_missing_buyer",
        "seller": "governance.approval_missing_seller",
    }.get(group.name, "governance.approval_missing")
    return Problem(code, "approver", {"permission": ", ".join(group.permissions)})


def unsigned(signers: Sequence[Actor], groups: Sequence[Group], scope: str, *, alone: bool = False) -> list[Group]:
    """The groups for which nobody has signed, no person counting twice unless he is `alone`; as few as possible."""
    if not groups:
        return []
    first, *rest = groups
    best = [first, *unsigned(signers, rest, scope, alone=alone)]
    for signer in signers:
        if not first.open_to(signer, scope):
            continue
        others = signers if alone else [one for one in signers if one.human != signer.human]
        left = unsigned(others, rest, scope, alone=alone)
        if len(left) < len(best):
            best = left
    return best


def is_missing(problem: Problem) -> bool:
    """Does it say that a signature is missing, and nothing worse?"""
    return problem.code.startswith("governance.approval_missing")
