"""Who signs an adjustment above the threshold: quality and finance, who hold the same approval for it; and who signs
for more than was ordered: whoever orders, or approves orders."""

from suyuan.governance.signing import Group

_APPROVAL = ("adjust.above:approve",)
ADJUSTMENT = (
    Group("quality", _APPROVAL, besides=("lot.release:approve",)),
    Group("finance", _APPROVAL, besides=("cost.view:read",)),
)
BUYER = Group("buyer", ("po.create", "po.create:approve"))
