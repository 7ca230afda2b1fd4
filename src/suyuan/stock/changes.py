"""What the projector asks of a store, and what it gives it to write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from suyuan.stock.book import Key, Posting, Row, Subject
from suyuan.stock.facts import Fact
from suyuan.stock.scope import Logs, Scope

Place = tuple[str, bytes]  # (log, subject)
Found = list[tuple[bytes, Key, Row]]  # balances: subject, which, what


@dataclass(slots=True)
class Changes:
    """What is to be written: new postings, balances and subjects as they now stand, and the subjects whose history
    was told anew.
    """

    postings: list[Posting] = field(default_factory=list)
    balances: dict[tuple[bytes, Key], Row] = field(default_factory=dict)
    subjects: dict[Place, Subject] = field(default_factory=dict)
    learnt: dict[bytes, Subject] = field(default_factory=dict)  # dates and blocks that are new in every log
    retold: frozenset[bytes] = frozenset()
    since: int | None = None  # from when on their history was told; None: from the beginning


class Store(Protocol):
    """Where the projection stands: the tables, or memory for the replays that `fsck` and the tests compare with
    them.
    """

    def lock(self, wanted: Mapping[Place, Subject]) -> dict[Place, Subject]:
        """Take these subjects for this writer, new ones with what the events say of them; as they stood before."""

    def subjects(self, subjects: Iterable[bytes], logs: Logs) -> dict[Place, Subject]: ...

    def all_rows(self, subjects: Iterable[bytes], logs: Logs, *, emptied: bool = False) -> Found:
        """Every balance that holds something; with `emptied` those that did."""

    def near_rows(self, scope: Scope) -> Found:
        """The balances of `scope.home` and `scope.coming` that the events can read or change, or more of them."""

    def rows_in(self, subjects: Iterable[bytes], holders: Iterable[bytes], *, emptied: bool = False) -> Found:
        """The balances of these subjects in these holders."""

    def contents(self, holders: Iterable[bytes]) -> Found:
        """What lies in these containers now, in any log."""

    def moved_since(self, holders: Mapping[bytes, int]) -> set[bytes]:
        """Subjects with a posting in one of these containers at or after its moment."""

    def facts_about(self, subjects: Iterable[bytes], since: int | None) -> list[Fact]:
        """Every event that names one of them and is not declared wrong; with `since` those at or after it."""

    def postings(self, subjects: Iterable[bytes], since: int | None) -> list[Posting]:
        """What was posted for them; with `since` at or after it."""

    def logs(self) -> frozenset[str]:
        """The logs in which goods can lie, so that a block stands in all of them."""

    def write(self, changes: Changes) -> None: ...
