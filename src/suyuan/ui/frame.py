"""What surrounds every page: who is logged in, where he works, where he can go."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: a warehouse, a unit."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go; `word` already translated, `count` of what waits there, `apart`: it begins another group."""

    url: str
    word: str
    icon: str
    here: bool = False
    count: int = 0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """`warehouse` is the code of the one he works in, `zone` the time zone of its site; `finds`: he may search.

    `help`: the page of the handbook that speaks of this one.
    """

    user_name: str
    warehouses: tuple[Choice, ...]
    warehouse: str
    zone: str
    links: tuple[Link, ...]
    finds: bool = True
    help: str = ""

    @property
    def warehouse_name(self) -> str:
        return next((choice.name for choice in self.warehouses if choice.code == self.warehouse), self.warehouse)
