"""The demo company for tests of pages and journeys: `templates.database(engine, demo_company)` builds it once.

Twenty days of a company half the size, some 1,700 events in four seconds, with the incident at the end.
"""

from datetime import date

from suyuan.demo.load import tell
from suyuan.demo.office import Options

UNTIL = date(2026, 11, 22)


def demo_company() -> None:
    tell(Options(days=20, scale=0.5, seed=1, until=UNTIL))
