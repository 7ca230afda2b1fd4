"""Commands on teams."""

from dataclasses import dataclass

from suyuan.accounts.models import Team
from suyuan.accounts.writes import do_put_team
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.people_records import MANAGE, between, change_of
from suyuan.governance.records import people_uri
from suyuan.governance.registry import Plan, command


@dataclass(frozen=True, slots=True, kw_only=True)
class PutTeam:
    """Change a team, or make it; `members`: all of its members by their user names."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    site: str | None = None
    members: tuple[Personal, ...] = ()


@command(PutTeam, permission=MANAGE, scope=None)
def put_team(ctx: Context, who: Who, c: PutTeam) -> Plan:
    before = Team.objects.filter(code=c.code).first()
    old = _team_json(before) if before else {}
    team = do_put_team(code=c.code, name_zh=c.name_zh, name_en=c.name_en, site=c.site, members=c.members)
    uri = people_uri("team", c.code)
    change = change_of(uri, c.code, 0, before is None, between(old, _team_json(team)))
    return Plan(result={"code": c.code}, about=[uri], changes=[change])


def _team_json(team: Team) -> dict[str, object]:
    members = sorted(str(key) for key in team.members.values_list("pk", flat=True))
    return {"name_zh": team.name_zh, "name_en": team.name_en, "site": team.site_id or "", "members": members}
