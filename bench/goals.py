"""What each figure is to reach, on either engine. A ratio is value / bare: of a rate at least, of a cost at most."""

from dataclasses import dataclass

LEAST, MOST = "≥", "≤"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the ratio, or with `value` on the value itself; `sqlite` where it differs from `bound`."""

    sense: str
    bound: float
    sqlite: float | None = None
    value: bool = False

    def of(self, engine: str) -> float:
        return self.sqlite if engine == "sqlite" and self.sqlite is not None else self.bound

    def met(self, engine: str, value: float, ratio: float | None) -> bool | None:
        """Whether it is reached; None where there is nothing to compare."""
        figure = value if self.value else ratio
        if figure is None:
            return None
        return figure >= self.of(engine) if self.sense == LEAST else figure <= self.of(engine)

    def said(self, engine: str, value: float, ratio: float | None) -> str:
        """`≥ 0.75 ✓`."""
        mark = {True: " ✓", False: " ✗", None: ""}[self.met(engine, value, ratio)]
        return f"{self.sense} {self.of(engine):g}{mark}"


GOALS = {
    "capture.batch1000": Goal(LEAST, 0.75, sqlite=0.6),
    "capture.batch1": Goal(LEAST, 0.5),
    "capture.serials1000": Goal(LEAST, 0.7),
    "capture.http": Goal(LEAST, 0.65),
    "op.receive": Goal(MOST, 4, sqlite=5),
    "op.receive.serials1000": Goal(MOST, 2),
    "op.pick": Goal(MOST, 4, sqlite=5),
    "op.ship": Goal(MOST, 4, sqlite=5),
    "op.ship.loose": Goal(MOST, 4, sqlite=5),
    "op.produce": Goal(MOST, 4, sqlite=5),
    "op.receive.statements": Goal(MOST, 12, value=True),
    "op.pick.statements": Goal(MOST, 12, value=True),
    "op.ship.statements": Goal(MOST, 12, value=True),
    "trace.lot": Goal(MOST, 2.5),
    "trace.hub": Goal(MOST, 2.5),
    "trace.bighub": Goal(MOST, 2.5),
    "trace.pallet": Goal(MOST, 2.5),
    "tree.batch1000": Goal(MOST, 20, value=True),
    "tree.hash1000": Goal(MOST, 2, value=True),
    "tree.bytes": Goal(MOST, 45, value=True),
    "tree.proof": Goal(MOST, 2, value=True),
    "take.64clients": Goal(MOST, 2),
    "take.64clients.onelot": Goal(MOST, 2),
    "tour.60stops": Goal(MOST, 50, value=True),
    "count.post5000": Goal(MOST, 5000, value=True),
    "page.lot": Goal(MOST, 50, value=True),
    "page.lot.hot": Goal(MOST, 50, value=True),
    "page.lot.wide": Goal(MOST, 50, value=True),
    "page.trace": Goal(MOST, 300, value=True),
    "page.trace.bighub": Goal(MOST, 3000, value=True),
    "page.balance": Goal(MOST, 300, value=True),
    "page.balance.item": Goal(MOST, 3000, value=True),
    "page.stock": Goal(MOST, 3000, value=True),
    "page.stock.then": Goal(MOST, 3000, value=True),
    "page.home": Goal(MOST, 50, value=True),
    "page.figures": Goal(MOST, 50, value=True),
    "page.search": Goal(MOST, 30, value=True),
    "stock.onhand10k": Goal(MOST, 3),
    "memory.capture100k": Goal(MOST, 300, value=True),
    "memory.trace100k": Goal(MOST, 300, value=True),
}
