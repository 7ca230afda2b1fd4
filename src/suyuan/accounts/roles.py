"""The roles a new installation starts with: the segregation of duties as one table. Pure data.

C does, A approves, R reads, Co does and o reads in his own scope only, - nothing. Beyond master data the
administrator holds no business or approval right; the consumer is anonymous and no role.
"""

from dataclasses import dataclass

from suyuan.accounts.permissions import Level

LEVELS = {"C": Level.DO, "A": Level.APPROVE, "R": Level.READ, "Co": Level.OWN, "o": Level.READ_OWN}

NAMES = (
    ("admin", "系统管理员", "Administrator"),
    ("keeper", "仓管员", "Warehouse keeper"),
    ("inspector", "质检员", "Quality inspector"),
    ("quality", "质量负责人", "Qualified person"),
    ("finance", "财务", "Finance"),
    ("buyer", "采购", "Buyer"),
    ("production", "生产", "Production"),
    ("auditor", "审计", "Auditor"),
    ("carrier", "承运商", "Carrier"),
    ("device", "设备", "Device"),
)

# Columns in the order of NAMES.
MATRIX = (
    ("user.manage", "C  -  -  -  -  -  -  R  -  -"),
    ("place.edit", "C  R  R  R  -  -  R  R  -  -"),
    ("item.edit", "C  R  R  R  R  C  R  R  -  -"),
    ("item.merge", "C  R  R  A  R  -  R  R  -  -"),
    ("supplier.approve", "-  R  R  A  R  C  -  R  -  -"),
    ("po.create", "-  R  -  -  A  C  -  R  -  -"),
    ("order.create", "-  R  -  R  C  R  R  R  -  -"),
    ("issue.create", "-  C  C  R  R  R  C  R  -  -"),
    ("count", "-  C  -  R  R  -  -  R  -  Co"),
    ("log.key", "C  -  -  A  -  -  -  R  -  -"),
    ("log.anchor", "C  -  -  A  -  -  -  R  -  -"),
    ("receive", "-  C  R  R  R  R  -  R  -  Co"),
    ("inspect", "-  -  C  R  -  R  R  R  -  Co"),
    ("lot.hold", "-  C  C  C  -  -  C  R  -  -"),
    ("lot.release", "-  -  C  A  -  -  -  R  -  -"),
    ("move", "-  C  -  -  -  -  -  R  o  Co"),
    ("pick", "-  C  -  -  -  -  -  R  o  Co"),
    ("ship", "-  C  -  -  -  -  -  R  o  Co"),
    ("produce", "-  R  R  R  -  -  C  R  -  Co"),
    ("adjust", "-  C  -  R  R  -  -  R  -  -"),
    ("adjust.above", "-  C  -  A  A  -  -  R  -  -"),
    ("destroy", "-  C  -  A  A  -  -  R  -  -"),
    ("recall.start", "-  -  C  A  -  -  -  R  -  -"),
    ("recall.notify", "-  C  -  A  -  -  -  R  o  -"),
    ("recall.close", "-  C  -  A  -  -  -  R  o  -"),
    ("cost.view", "-  -  -  -  R  o  -  R  -  -"),
    ("trace.full", "-  R  R  R  R  R  R  R  o  -"),
    ("audit.export", "R  -  -  -  C  -  -  C  -  -"),
    ("delivery", "-  R  R  R  -  -  -  R  Co  Co"),
    ("temperature", "-  R  R  R  -  -  -  R  Co  Co"),
    ("capture", "-  -  -  -  -  -  -  R  -  C"),
    ("work.errors", "-  o  o  R  -  -  o  R  -  -"),
)


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role as data: its permissions as they stand in the table, without what they imply."""

    code: str
    name_zh: str
    name_en: str
    permissions: tuple[str, ...]


SHIPPED = frozenset(code for code, _zh, _en in NAMES)  # these stay as the table has them; who wants others copies one


def default_roles() -> tuple[RoleSpec, ...]:
    """The ten roles of the table."""
    rows = [(code, cells.split()) for code, cells in MATRIX]
    return tuple(
        RoleSpec(role, zh, en, tuple(code + LEVELS[cells[column]] for code, cells in rows if cells[column] != "-"))
        for column, (role, zh, en) in enumerate(NAMES)
    )
