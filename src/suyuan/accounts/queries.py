"""What is asked about people."""

from collections.abc import Iterable, Mapping

from suyuan.accounts.models import Grant, User
from suyuan.accounts.rules import Actor, Granted, actor_from


def actor_of(user: User, sites: Mapping[str, Iterable[str]]) -> Actor:
    """The user as an actor, in one statement; one who is switched off may nothing.

    `sites`: site code → its warehouse codes, as the catalog's `directory().sites` has them.
    """
    if not user.is_active:
        return Actor(str(user.pk), user.name, (), {})
    rows = Grant.objects.filter(user_id=user.pk).order_by("role_id", "scope")
    granted = [Granted(*row) for row in rows.values_list("role_id", "role__permissions", "scope")]
    return actor_from(str(user.pk), user.name, granted, sites)
