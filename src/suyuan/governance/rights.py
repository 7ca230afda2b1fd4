"""All commands on people and rights."""

from suyuan.governance.people import AddUser, ChangeUser, EndSessions, ResetFactors, ResetPassword, SwitchOff, SwitchOn
from suyuan.governance.roles import AddRole, GrantRole, PutRole, RevokeRole
from suyuan.governance.teams import PutTeam
from suyuan.governance.tokens import AddToken, RevokeToken

__all__ = [
    "AddRole",
    "AddToken",
    "AddUser",
    "ChangeUser",
    "EndSessions",
    "GrantRole",
    "PutRole",
    "PutTeam",
    "ResetFactors",
    "ResetPassword",
    "RevokeRole",
    "RevokeToken",
    "SwitchOff",
    "SwitchOn",
]
