"""The people of the demo: roles with a password that everybody knows, and no persons."""

from suyuan.accounts.writes import At
from suyuan.demo.company import CENTRE, PLANT
from suyuan.governance.params import Personal, Secret
from suyuan.governance.rights import AddUser
from suyuan.governance.teams import PutTeam

PASSWORD = "suyuan-demo"
ADMIN, KEEPER, CENTRE_KEEPER, INSPECTOR, QUALITY = "admin", "keeper", "keeper-dc", "inspector", "quality"
MAKER, BUYER, FINANCE, AUDITOR, CARRIER = "production", "buyer", "finance", "auditor", "carrier"
PICKER = "picker"
ADJUSTERS = f"{QUALITY} {FINANCE}"  # who sign an adjustment above the threshold

# User name → printed name in both languages, role, where it is held.
STAFF: dict[str, tuple[str, At]] = {
    ADMIN: ("演示管理员 Demo administrator", At("admin")),
    KEEPER: ("演示仓管 Demo keeper", At("keeper")),
    PICKER: ("演示拣货 Demo picker", At("keeper", PLANT)),
    CENTRE_KEEPER: ("演示配送仓管 Demo centre keeper", At("keeper", CENTRE)),
    INSPECTOR: ("演示质检 Demo inspector", At("inspector")),
    QUALITY: ("演示质量负责人 Demo qualified person", At("quality")),
    MAKER: ("演示生产 Demo production", At("production")),
    BUYER: ("演示采购 Demo buyer", At("buyer")),
    FINANCE: ("演示财务 Demo finance", At("finance")),
    AUDITOR: ("演示审计 Demo auditor", At("auditor")),
    CARRIER: ("演示承运 Demo carrier", At("carrier")),
}


def accounts() -> list[AddUser]:
    return [
        AddUser(username=Personal(username), name=Personal(name), password=Secret(PASSWORD), grants=(at,))
        for username, (name, at) in STAFF.items()
    ]


# Code, names, members.
TEAMS = (
    ("shift-a", "甲班", "Shift A", (KEEPER, MAKER)),
    ("shift-b", "乙班", "Shift B", (PICKER, INSPECTOR)),
)


def teams(site: str) -> list[PutTeam]:
    return [
        PutTeam(code=code, name_zh=zh, name_en=en, site=site, members=tuple(map(Personal, members)))
        for code, zh, en, members in TEAMS
    ]
