"""What a route asks of whoever calls it: said on the view, read by the test that walks every route."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


class Reader(StrEnum):
    """Who may call a route: anybody; somebody logged in, for his own affairs; a role's holder; a machine's token."""

    PUBLIC = "public"
    OWN = "own"
    ROLE = "role"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Access:
    """`permission` with its level, for ROLE and TOKEN: held anywhere, or else in the warehouse at hand."""

    reader: Reader
    permission: str = ""
    anywhere: bool = False


PUBLIC, OWN = Access(Reader.PUBLIC), Access(Reader.OWN)


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
