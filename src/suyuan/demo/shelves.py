"""What the people of the demo know of their stock: where which lot lies, and which one goes first. Pure.

Kept beside the real stock, so that the story is told the same way when it is told a second time after an interruption.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date


@dataclass(slots=True)
class Batch:
    """So much of a lot in one place or on one pallet; `free` when it may be used. Without a date it lasts."""

    item: str
    lot: str
    amount: int
    place: str = ""
    inside: str = ""
    expiry: date | None = None
    free: bool = False
    bound: str = ""  # the warehouse it is on its way to

    @property
    def rank(self) -> tuple[date, str, str, str]:
        """First to expire, first out."""
        return (self.expiry or date.max, self.lot, self.inside, self.place)

    @property
    def spot(self) -> tuple[str, str, str, bool, str]:
        """Parts of one lot that lie together and may be used alike."""
        return (self.lot, self.place, self.inside, self.free, self.bound)

    def lasts(self, until: date | None) -> bool:
        return until is None or self.expiry is None or self.expiry >= until


class Shelves:
    """The batches of one warehouse, by item."""

    def __init__(self) -> None:
        self._batches: dict[str, list[Batch]] = {}

    def put(self, batch: Batch) -> Batch:
        self._batches.setdefault(batch.item, []).append(batch)
        return batch

    def __iter__(self) -> Iterator[Batch]:
        return (batch for batches in self._batches.values() for batch in batches)

    def of(self, item: str) -> list[Batch]:
        """What there is of an item, first to expire first."""
        return sorted(self._batches.get(item, ()), key=lambda batch: batch.rank)

    def lot(self, item: str, lot: str) -> list[Batch]:
        return [batch for batch in self.of(item) if batch.lot == lot]

    def total(self, item: str, *, bound: bool = False) -> int:
        """All of an item, free or not; with `bound` also what is on its way elsewhere."""
        return sum(batch.amount for batch in self._batches.get(item, ()) if bound or not batch.bound)

    def usable(self, item: str, until: date | None = None) -> list[Batch]:
        """What may be used and lasts until a day."""
        return [batch for batch in self.of(item) if batch.free and not batch.bound and batch.lasts(until)]

    def there(self, item: str, until: date | None = None) -> int:
        return sum(batch.amount for batch in self.usable(item, until))

    def take(self, item: str, wanted: int, until: date | None = None) -> list[Batch]:
        """As much of `wanted` as there is, as the parts it consists of."""
        parts = []
        for batch in self.usable(item, until):
            part = min(batch.amount, wanted)
            if part:
                batch.amount -= part
                wanted -= part
                parts.append(replace(batch, amount=part))
        self._forget(item)
        return parts

    def put_back(self, parts: Iterable[Batch]) -> None:
        """What was taken lies again where it lay."""
        for part in parts:
            there = next((one for one in self._batches.get(part.item, ()) if one.spot == part.spot), None)
            if there is None:
                self.put(part)
            else:
                there.amount += part.amount

    def draw(self, item: str, lot: str, place: str, inside: str, amount: int) -> Batch:
        """Take so much of a lot out of that place or pallet, free or not; it is there."""
        there = [one for one in self.lot(item, lot) if one.inside == inside and (inside or one.place == place)]
        drawn = replace(there[0], amount=amount)
        for batch in there:
            part = min(batch.amount, amount)
            batch.amount -= part
            amount -= part
        if amount:
            raise ValueError(f"{item} {lot}: {amount} less in {inside or place} than the book says")
        self._forget(item)
        return drawn

    def remove(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            batch.amount = 0
            self._forget(batch.item)

    def _forget(self, item: str) -> None:
        self._batches[item] = [batch for batch in self._batches.get(item, ()) if batch.amount]
