"""Where goods began, as the walk over who had them finds it out."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Origins:
    """Where goods came from, of each kind: who delivered how much of them to us (millionths), when the first of them
    came, which partners say that they made them. Partners by the key that all names of theirs share (`Same`); `sold`:
    whom we sold such goods to, who brings none but what he got.
    """

    given: dict[bytes, dict[str, int]] = field(default_factory=dict)
    came: dict[bytes, int] = field(default_factory=dict)
    made_by: dict[bytes, set[str]] = field(default_factory=dict)
    sold: dict[bytes, set[str]] = field(default_factory=dict)
    units: dict[bytes, str] = field(default_factory=dict)

    def delivered(self, key: bytes, party: str, amount: int, unit: str, at: int) -> None:
        of = self.given.setdefault(key, {})
        of[party] = of.get(party, 0) + amount
        self.units.setdefault(key, unit)
        self.came[key] = min(at, self.came.get(key, at))

    def handed_on(self, party: str, keys: Iterable[bytes]) -> None:
        for key in keys:
            if key in self.given:
                self.sold.setdefault(key, set()).add(party)
