"""Refusals as data: what is wrong, where, with which values. The edges turn a problem into the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by


def N_(sentence: str) -> str:
    """Mark a sentence for the message catalogue; translating it is the business of the edges."""
    return sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `code` names the rule, `field` the place (``eventList[3].uom``), `params` values to show."""

    code: str
    field: str = ""
    params: Mapping[str, str] = made_by(default_factory=dict)


class Refused(Exception):
    """Nothing was done, for these reasons; all of them, not the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.code} {dict(p.params)}" for p in problems[:20]))
        self.problems = tuple(problems)


def distinct(problems: Iterable[Problem]) -> list[Problem]:
    """The same thing wrong in the same place, said once; in the order first said."""
    return list({(p.code, p.field, tuple(sorted(p.params.items()))): p for p in problems}.values())
