"""What is refused on this floor, code → English sentence."""

MESSAGES: dict[str, str] = {}
