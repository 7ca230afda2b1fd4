"""Every register there is, with the command that puts its rows: those of the catalog and those of the floors above."""

from suyuan.catalog.register import Register
from suyuan.catalog.registers import REGISTERS as OF_CATALOG
from suyuan.delivery.registers import PUTS as PUTS_OF_DELIVERY
from suyuan.delivery.registers import REGISTERS as OF_DELIVERY
from suyuan.devices.registers import PUTS as PUTS_OF_DEVICES
from suyuan.devices.registers import REGISTERS as OF_DEVICES
from suyuan.governance.master import PUTS as PUTS_OF_CATALOG
from suyuan.governance.master import Put
from suyuan.insight.registers import PUTS as PUTS_OF_INSIGHT
from suyuan.insight.registers import REGISTERS as OF_INSIGHT
from suyuan.inspection.commands import PUTS as PUTS_OF_INSPECTION
from suyuan.inspection.registers import REGISTERS as OF_INSPECTION
from suyuan.orders.commands import PUTS as PUTS_OF_ORDERS
from suyuan.orders.registers import REGISTERS as OF_ORDERS
from suyuan.picking.registers import PUTS as PUTS_OF_PICKING
from suyuan.picking.registers import REGISTERS as OF_PICKING
from suyuan.production.commands import PUTS as PUTS_OF_PRODUCTION
from suyuan.production.registers import REGISTERS as OF_PRODUCTION
from suyuan.returns.registers import PUTS as PUTS_OF_RETURNS
from suyuan.returns.registers import REGISTERS as OF_RETURNS
from suyuan.stocktake.registers import PUTS as PUTS_OF_STOCKTAKE
from suyuan.stocktake.registers import REGISTERS as OF_STOCKTAKE

REGISTERS: dict[str, Register] = {
    **OF_CATALOG,
    **OF_INSPECTION,
    **OF_ORDERS,
    **OF_PRODUCTION,
    **OF_PICKING,
    **OF_RETURNS,
    **OF_STOCKTAKE,
    **OF_DELIVERY,
    **OF_DEVICES,
    **OF_INSIGHT,
}
PUTS: dict[str, type[Put]] = {
    **PUTS_OF_CATALOG,
    **PUTS_OF_INSPECTION,
    **PUTS_OF_ORDERS,
    **PUTS_OF_PRODUCTION,
    **PUTS_OF_PICKING,
    **PUTS_OF_RETURNS,
    **PUTS_OF_STOCKTAKE,
    **PUTS_OF_DELIVERY,
    **PUTS_OF_DEVICES,
    **PUTS_OF_INSIGHT,
}
