"""Everything about barcodes by one name: element strings and the reader for whatever a scanner sends."""

from suyuan.gs1.element_strings import (
    FNC1,
    SEPARATORS,
    Element,
    format_elements,
    parse_elements,
    validate_elements,
)
from suyuan.gs1.scans import ScanResult, scan

__all__ = [
    "FNC1",
    "SEPARATORS",
    "Element",
    "ScanResult",
    "format_elements",
    "parse_elements",
    "scan",
    "validate_elements",
]
