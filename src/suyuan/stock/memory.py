"""The projection in memory: what the replays of `fsck` and of the tests are projected into, in any order of arrival."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from suyuan.stock.book import Key, Posting, Row, Subject
from suyuan.stock.changes import Changes, Found, Place
from suyuan.stock.facts import Fact
from suyuan.stock.projector import project, told_of
from suyuan.stock.scope import Logs, Scope


@dataclass(slots=True)
class MemoryStore:
    """`project`'s store without a database, by plain search."""

    warehouses: frozenset[str] = frozenset()
    facts: dict[bytes, Fact] = field(default_factory=dict)
    about: dict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    held: dict[bytes, dict[str, Subject]] = field(default_factory=lambda: defaultdict(dict))
    rows: dict[bytes, dict[Key, Row]] = field(default_factory=lambda: defaultdict(dict))
    within: dict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))  # holder → subjects ever there
    posted: dict[bytes, list[Posting]] = field(default_factory=lambda: defaultdict(list))

    def arrive(self, facts: Sequence[Fact], voided: Sequence[bytes] = ()) -> None:
        """Take new events, in any order, and declarations that earlier ones were wrong."""
        gone = [self.facts.pop(record) for record in voided if record in self.facts]
        project(self, facts, voided=gone)
        for fact in facts:
            self.facts[fact.record] = fact
            for goods in fact.goods:
                self.about[goods.subject].add(fact.record)

    def lock(self, wanted: Mapping[Place, Subject]) -> dict[Place, Subject]:
        old = {(log, key): self.held[key][log] for log, key in wanted if log in self.held[key]}
        for (log, key), new in wanted.items():
            self.held[key][log] = told_of(old.get((log, key)), new)
        return old

    def subjects(self, subjects: Iterable[bytes], logs: Logs) -> dict[Place, Subject]:
        return {
            (log, key): held
            for key in set(subjects)
            for log, held in self.held.get(key, {}).items()
            if logs is None or log in logs
        }

    def all_rows(self, subjects: Iterable[bytes], logs: Logs, *, emptied: bool = False) -> Found:
        return [
            (subject, key, replace(row))
            for subject in set(subjects)
            for key, row in self.rows.get(subject, {}).items()
            if (logs is None or key.log in logs) and (emptied or row.first or row.second)
        ]

    def near_rows(self, scope: Scope) -> Found:
        return self.all_rows(scope.home | scope.coming, scope.logs)

    def rows_in(self, subjects: Iterable[bytes], holders: Iterable[bytes], *, emptied: bool = False) -> Found:
        wanted = set(holders)
        return [found for found in self.all_rows(subjects, None, emptied=emptied) if found[1].holder in wanted]

    def contents(self, holders: Iterable[bytes]) -> Found:
        wanted = set(holders)
        return self.rows_in({subject for holder in wanted for subject in self.within.get(holder, ())}, wanted)

    def moved_since(self, holders: Mapping[bytes, int]) -> set[bytes]:
        return {
            subject
            for holder, since in holders.items()
            for subject in self.within.get(holder, ())
            if any(posting.holder == holder and posting.at >= since for posting in self.posted[subject])
        }

    def facts_about(self, subjects: Iterable[bytes], since: int | None) -> list[Fact]:
        records = {record for subject in subjects for record in self.about.get(subject, ())}
        facts = [self.facts[record] for record in records if record in self.facts]
        return [fact for fact in facts if since is None or fact.order[0] >= since]

    def postings(self, subjects: Iterable[bytes], since: int | None) -> list[Posting]:
        found = (posting for subject in subjects for posting in self.posted.get(subject, ()))
        return [posting for posting in found if since is None or posting.at >= since]

    def logs(self) -> frozenset[str]:
        return self.warehouses

    def write(self, changes: Changes) -> None:
        for subject in changes.retold:
            kept = [p for p in self.posted.pop(subject, ()) if changes.since is not None and p.at < changes.since]
            self.posted[subject] = kept
            if changes.since is None:
                self.rows.pop(subject, None)
                self.held.pop(subject, None)
        for posting in changes.postings:
            self.posted[posting.subject].append(posting)
        for (subject, key), row in changes.balances.items():
            self.rows[subject][key] = replace(row)
            self.within[key.holder].add(subject)
        for (log, subject), held in changes.subjects.items():
            self.held[subject][log] = replace(held, rows={}, blocks=dict(held.blocks))
        for subject, new in changes.learnt.items():
            for held in self.held.get(subject, {}).values():
                held.expiry, held.produced, held.blocks = new.expiry, new.produced, dict(new.blocks)
