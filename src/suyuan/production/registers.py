"""The registers of production, in the order in which they can be filled."""

from suyuan.catalog.register import Register
from suyuan.production.register_boms import BOM_LINES, BOMS
from suyuan.production.register_tanks import TANKS
from suyuan.production.register_work import WORK_ORDERS

REGISTERS: dict[str, Register] = {register.name: register for register in (BOMS, BOM_LINES, WORK_ORDERS, TANKS)}
