"""How long the company prefix in a key is, as far as GS1's public list of prefix ranges says."""

import re

from biip.gs1_prefixes import GS1CompanyPrefix

# AI → where the company prefix begins in its value: behind the indicator, the extension digit or the GRAI's zero.
_OFFSETS = {"00": 1, "01": 1, "8003": 1, "8006": 1}
_KEY = re.compile(r"/(00|01|253|255|401|402|414|417|8003|8004|8006|8010|8017|8018)/([0-9]+)")


def company_prefix_length(uri: str) -> int | None:
    """The length of the company prefix in a Digital Link's key, 6 to 12; None where the list does not know it."""
    match = _KEY.search(uri)
    if match is None:
        return None
    found = GS1CompanyPrefix.extract(match[2][_OFFSETS.get(match[1], 0) :])
    return len(found.value) if found is not None and 6 <= len(found.value) <= 12 else None
