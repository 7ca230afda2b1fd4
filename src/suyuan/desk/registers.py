"""Every register there is, with the command that puts its rows: those of the catalog and those of the floors above."""

from suyuan.catalog.register import Register
from suyuan.catalog.registers import REGISTERS as OF_CATALOG
from suyuan.governance.master import PUTS as PUTS_OF_CATALOG
from suyuan.governance.master import Put

REGISTERS: dict[str, Register] = {**OF_CATALOG}
PUTS: dict[str, type[Put]] = {**PUTS_OF_CATALOG}
