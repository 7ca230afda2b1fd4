"""What is to be picked when the story ends: aisles on the plan, and a wave of the orders that have their goods."""

from uuid import uuid5

from suyuan.catalog.register import Row
from suyuan.demo.company import CENTRE, CENTRE_BINS, COLD_BINS, PLANT
from suyuan.demo.dairy import Dairy
from suyuan.demo.office import OURS, Office
from suyuan.demo.staff import ADMIN, KEEPER
from suyuan.governance.master import PutPlaces
from suyuan.operations.commands import MakeWave
from suyuan.picking.queries import waiting


def lay_aisles(office: Office) -> None:
    """The bins of a rack stand along one aisle."""
    rows = [(warehouse, code) for warehouse, bins in ((PLANT, COLD_BINS), (CENTRE, CENTRE_BINS)) for code in bins]
    office.do(
        PutPlaces(
            rows=tuple(
                Row({"warehouse": warehouse, "code": code, "aisle": code.partition("-")[0]}) for warehouse, code in rows
            )
        ),
        ADMIN,
    )


def release_orders(dairy: Dairy) -> None:
    """What has its goods already is released; the urgent order waits, to be put in front of it."""
    office = dairy.office
    if waiting(PLANT):  # with an id of its own, since nothing waits when the story is told a second time
        office.do(MakeWave(warehouse=PLANT), KEEPER, request=uuid5(OURS, f"{office.options} wave"))
