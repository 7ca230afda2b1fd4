"""Who signs an adjustment above the threshold: quality and finance, who hold the same approval for it."""

from suyuan.governance.signing import Group

_APPROVAL = ("adjust.above:approve",)
ADJUSTMENT = (
    Group("quality", _APPROVAL, besides=("lot.release:approve",)),
    Group("finance", _APPROVAL, besides=("cost.view:read",)),
)
