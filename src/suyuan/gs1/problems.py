"""Refusals as data: what is wrong, where, with which values. The edges turn a problem into a sentence in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


def N_(sentence: str) -> str:
    """Mark a sentence for the message catalogue; translating it is the business of the edges."""
    return sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `code` names the rule, `field` the place in the input (``eventList[3].eventTime``), `params` the values to show."""

    code: str
    field: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Nothing was done, for these reasons; all of them, not the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.code} {dict(p.params)}" for p in problems[:20]))
        self.problems = tuple(problems)
