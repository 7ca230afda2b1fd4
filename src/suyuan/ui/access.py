"""What a route asks of whoever calls it: said on the view, read by the test that walks every route."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from suyuan.accounts.rules import Actor

View = Callable[..., HttpResponseBase]


class Reader(StrEnum):
    """Who may call a route: anybody; somebody logged in, for his own affairs; a role's holder; a machine's token; a
    machine that signs what it sends, as the view itself judges."""

    PUBLIC = "public"
    OWN = "own"
    ROLE = "role"
    TOKEN = "token"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Access:
    """`permission` with its level, for ROLE and TOKEN: held `anywhere`, `everywhere`, or else in the warehouse at hand.

    `one_of`: instead, any of these is enough. `by_name`: instead, it depends on the `name` in the address; a name that
    is not among them stands for nothing there is.
    """

    reader: Reader
    permission: str = ""
    anywhere: bool = False
    everywhere: bool = False
    one_of: tuple["Access", ...] = ()
    by_name: Mapping[str, "Access"] = field(default_factory=dict)

    def lets(self, actor: Actor, warehouse: str) -> bool:
        """May he come in, working in this warehouse?"""
        if self.one_of:
            return any(one.lets(actor, warehouse) for one in self.one_of)
        if self.anywhere:
            return bool(actor.scopes(self.permission))
        return actor.may(self.permission) if self.everywhere else actor.may(self.permission, warehouse)

    @property
    def named(self) -> str:
        """The permission to speak of where it is missing."""
        return self.one_of[0].named if self.one_of else self.permission


PUBLIC, OWN, SIGNED = Access(Reader.PUBLIC), Access(Reader.OWN), Access(Reader.SIGNED)


def declared(view: View, access: Access) -> View:
    """The same view, saying what it asks for. What it says is not enforced here: the view does that itself."""

    @wraps(view)
    def said(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return mark(said, access)


def mark(view: View, access: Access) -> View:
    """Put it on this very view."""
    view.access = access  # type: ignore[attr-defined]  # functions take attributes; their type does not say so
    return view


def access_of(view: object) -> Access | None:
    """What a route asks for; None where nobody has said it."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None
