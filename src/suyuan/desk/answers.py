"""What the page of a thing says, put together from the floors below."""

from suyuan.desk.access import Desk
from suyuan.desk.cards import ThingPage
from suyuan.ui.things import thing_of


def page_of(uri: str, desk: Desk) -> ThingPage:
    """Everything about the thing a canonical URI names."""
    thing = thing_of(uri)
    return ThingPage(thing, thing.name or thing.code)
