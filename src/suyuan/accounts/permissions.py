"""The permissions that exist: one registry, code → what it allows. Pure data.

A role holds a permission at a level, written behind the code: ``receive`` does it, ``lot.release:approve`` is the
second person, ``inspect:read`` sees it, ``count:own`` does it for what is assigned to oneself, ``ship:read-own`` sees
only one's own.

There is deliberately no permission to update or delete an event: nobody holds it.
"""

from enum import StrEnum

from suyuan.gs1.problems import N_

PERMISSIONS: dict[str, str] = {
    "user.manage": N_("Manage accounts, roles and rights"),
    "place.edit": N_("Create and change sites, warehouses and places"),
    "item.edit": N_("Create and change items"),
    "item.merge": N_("Merge two items into one"),
    "supplier.approve": N_("Approve suppliers"),
    "po.create": N_("Create purchase orders"),
    "order.create": N_("Create sales orders"),
    "issue.create": N_("Ask for goods to be issued"),
    "count": N_("Count stock"),
    "log.key": N_("Manage the signing keys of the ledger"),
    "log.anchor": N_("Anchor the ledger's checkpoints"),
    "receive": N_("Receive goods"),
    "inspect": N_("Inspect goods"),
    "lot.hold": N_("Put lots on hold"),
    "lot.release": N_("Release lots"),
    "move": N_("Move goods"),
    "pick": N_("Pick goods"),
    "ship": N_("Ship goods"),
    "produce": N_("Produce, repack and relabel goods"),
    "adjust": N_("Adjust stock up to the threshold"),
    "adjust.above": N_("Adjust stock above the threshold"),
    "destroy": N_("Destroy goods"),
    "recall.start": N_("Start a recall"),
    "recall.notify": N_("Notify the parties of a recall"),
    "recall.close": N_("Close a recall"),
    "cost.view": N_("See costs and prices"),
    "trace.full": N_("Trace goods in both directions"),
    "audit.export": N_("Export the audit trail"),
    "delivery": N_("Report deliveries"),
    "temperature": N_("Report temperatures"),
    "capture": N_("Send events as a machine"),
    "work.errors": N_("See who made how many errors"),
}


class Level(StrEnum):
    """How far a permission reaches; the value is what stands behind the code."""

    DO = ""
    APPROVE = ":approve"
    READ = ":read"
    OWN = ":own"
    READ_OWN = ":read-own"


# Doing or approving something is impossible without seeing it.
IMPLIED: dict[Level, tuple[Level, ...]] = {
    Level.DO: (Level.DO, Level.OWN, Level.READ, Level.READ_OWN),
    Level.APPROVE: (Level.APPROVE, Level.READ, Level.READ_OWN),
    Level.READ: (Level.READ, Level.READ_OWN),
    Level.OWN: (Level.OWN, Level.READ_OWN),
    Level.READ_OWN: (Level.READ_OWN,),
}


def split(text: str) -> tuple[str, Level] | None:
    """``lot.release:approve`` → ("lot.release", Level.APPROVE); None for what is not in the registry."""
    code, _, level = text.partition(":")
    suffix = f":{level}" if level else ""
    if code not in PERMISSIONS or suffix not in set(Level):
        return None
    return code, Level(suffix)


def implied(text: str) -> tuple[str, ...]:
    """All that holding `text` allows, itself included; nothing for a permission that no longer exists."""
    known = split(text)
    return tuple(known[0] + level for level in IMPLIED[known[1]]) if known else ()
