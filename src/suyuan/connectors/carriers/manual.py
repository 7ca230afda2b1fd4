"""A carrier whom nobody asks by machine: booked by telephone, or our own lorries. The waybill number is our reference;
what becomes of the goods is said on the driver's page."""

from collections.abc import Sequence

from suyuan.delivery.port import WORDS, Account, Adapter, Booked, Call, Heard, Label, Parcel, Sent, Told, Unsigned


class Manual:
    def __init__(self, account: Account) -> None:
        self.account = account

    def book(self, parcel: Parcel) -> Booked:
        return Booked(parcel.waybill or parcel.reference)

    def find(self, reference: str) -> Booked | None:
        return None

    def cancel(self, sent: Sent) -> None:
        """Nobody has to be told."""

    def label(self, sent: Sent) -> Label | None:
        return None

    def track(self, sent: Sent) -> Sequence[Told]:
        return ()

    def parse_webhook(self, call: Call) -> Heard:
        raise Unsigned("none")


ADAPTER = Adapter(word=WORDS["manual"], make=Manual, asks=False, addressed=False)
