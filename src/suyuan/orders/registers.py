"""The registers of orders, notices and pick faces, in the order in which they can be filled."""

from suyuan.catalog.register import Register
from suyuan.orders.register_faces import PICK_FACES
from suyuan.orders.register_lines import ISSUE_LINES, PURCHASE_LINES, SALES_LINES
from suyuan.orders.register_notices import NOTICE_LINES, NOTICES
from suyuan.orders.register_orders import ISSUES, PURCHASE_ORDERS, SALES_ORDERS

REGISTERS: dict[str, Register] = {
    register.name: register
    for register in (
        PURCHASE_ORDERS,
        PURCHASE_LINES,
        SALES_ORDERS,
        SALES_LINES,
        ISSUES,
        ISSUE_LINES,
        NOTICES,
        NOTICE_LINES,
        PICK_FACES,
    )
}
