"""How many photos a plan wants."""

from suyuan.inspection.judging import Asked, Check, photos_of
from suyuan.inspection.kinds import CheckKind, Scope, Weight


def check(number: int, kind: CheckKind, scope: Scope = Scope.PIECE) -> Check:
    return Check(number, "", "", kind, Weight.MAJOR, scope)


def test_one_of_each_piece_where_pieces_are_photographed() -> None:
    seal, lid = check(1, CheckKind.PHOTO), check(2, CheckKind.PHOTO)
    lot = check(3, CheckKind.PHOTO, Scope.LOT)
    assert photos_of([seal], Asked(5, 0)) == 5
    assert photos_of([seal, lid, lot], Asked(5, 0)) == 5  # a photo may show more than one thing
    assert photos_of([lot], Asked(5, 0)) == 1
    assert photos_of([check(1, CheckKind.YES_NO)], Asked(5, 0)) == 0
