"""What stands in an RFID tag: EPC binary encodings SGTIN-96, SGTIN-198 and SSCC-96 (EPC Tag Data Standard 14). Pure.

In hexadecimal, upper case, padded to whole words of 16 bits as a tag holds them. A partition says where the company
prefix ends, which a key does not; whoever reads a tag needs no such knowledge.
"""

from suyuan.gs1.identifiers import identify, serial_uri, sscc_uri
from suyuan.gs1.identity import Kind
from suyuan.gs1.keys import check_digit
from suyuan.gs1.prefixes import company_prefix_length
from suyuan.gs1.problems import Problem, Refused

SGTIN_96, SGTIN_198, SSCC_96 = 0x30, 0x36, 0x31
LENGTHS = {SGTIN_96: 96, SGTIN_198: 198, SSCC_96: 96}
PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)  # by partition; the prefix has 12 digits less the partition
ITEM_BITS, ITEM_DIGITS = 44, 13  # prefix and item reference together, indicator included
UNIT_BITS, UNIT_DIGITS = 58, 17  # prefix and serial reference together, extension included
SERIAL_96 = 38
LETTERS = 20  # of 7 bits each, in SGTIN-198


def encode_tag(uri: str, *, prefix_length: int | None = None, filter: int = 0) -> str:
    """The EPC of a serial of a GTIN, or of a logistic unit.

    `prefix_length`: digits of the company prefix, else as GS1's public list has it. Refused with gs1.epc_none for what
    has no such key, gs1.epc_prefix where nobody knows the length, gs1.epc_serial for letters that a tag cannot hold.
    """
    found = identify(uri)
    is_unit = found.kind is Kind.CONTAINER and "/00/" in found.uri
    if not is_unit and not (found.kind is Kind.SERIAL and "/01/" in found.uri):
        raise Refused([Problem("gs1.epc_none", "uri", {"value": found.uri})])
    length = prefix_length or company_prefix_length(found.uri)
    if length is None or not 6 <= length <= 12:
        raise Refused([Problem("gs1.epc_prefix", "uri", {"value": found.uri})])
    return _of_unit(found.code, length, filter) if is_unit else _of_serial(found.uri, length, filter)


def _of_unit(sscc: str, length: int, filter: int) -> str:
    digits = sscc[1 : 1 + length], sscc[0] + sscc[1 + length : 17]
    return _hex(_head(SSCC_96, filter, length, digits, UNIT_BITS) << 24, 96)


def _of_serial(uri: str, length: int, filter: int) -> str:
    item = identify(uri).item or ""
    gtin, serial = identify(item).code, identify(uri).code
    digits = gtin[1 : 1 + length], gtin[0] + gtin[1 + length : 13]
    if serial.isascii() and serial.isdigit() and str(int(serial)) == serial and int(serial) < 1 << SERIAL_96:
        return _hex(_head(SGTIN_96, filter, length, digits, ITEM_BITS) << SERIAL_96 | int(serial), 96)
    if len(serial) > LETTERS or not serial.isascii():
        raise Refused([Problem("gs1.epc_serial", "uri", {"value": serial})])
    letters = 0
    for letter in serial.ljust(LETTERS, "\0"):
        letters = letters << 7 | ord(letter)
    return _hex(_head(SGTIN_198, filter, length, digits, ITEM_BITS) << 7 * LETTERS | letters, 198)


def _head(header: int, filter: int, length: int, digits: tuple[str, str], bits: int) -> int:
    """Header, filter, partition, company prefix and reference."""
    partition = 12 - length
    reference_bits = bits - PREFIX_BITS[partition]
    number = (header << 3 | filter) << 3 | partition
    return (number << PREFIX_BITS[partition] | int(digits[0])) << reference_bits | int(digits[1])


def _hex(number: int, bits: int) -> str:
    words = -(-bits // 16)
    return f"{number << (words * 16 - bits):0{words * 4}X}"


def decode_tag(text: str) -> str:
    """The canonical URI of what is tagged; Refused with gs1.epc_tag for what is none of these encodings."""
    digits = "".join(text.split()).upper().removeprefix("0X")
    try:
        data = bytes.fromhex(digits)
        bits = LENGTHS[data[0]]
        if len(data) != -(-bits // 16) * 2:
            raise ValueError
        number = int.from_bytes(data, "big")
        spare = len(data) * 8 - bits
        if number & ((1 << spare) - 1):
            raise ValueError
        return _decoded(data[0], number >> spare, bits)
    except (ValueError, KeyError, IndexError, Refused):
        raise Refused([Problem("gs1.epc_tag", "epc", {"value": text[:80]})]) from None


def _decoded(header: int, number: int, bits: int) -> str:
    partition = number >> bits - 14 & 7
    if partition > 6:
        raise ValueError
    is_unit = header == SSCC_96
    together = UNIT_BITS if is_unit else ITEM_BITS
    rest_bits = bits - 14 - together
    keys, rest = number >> rest_bits & (1 << together) - 1, number & (1 << rest_bits) - 1
    reference_bits = together - PREFIX_BITS[partition]
    length = 12 - partition
    prefix = _digits(keys >> reference_bits, length)
    reference = _digits(keys & (1 << reference_bits) - 1, (UNIT_DIGITS if is_unit else ITEM_DIGITS) - length)
    body = reference[0] + prefix + reference[1:]
    key = body + check_digit(body)
    if is_unit:
        if rest:
            raise ValueError
        return sscc_uri(key)
    return serial_uri(key, str(rest) if header == SGTIN_96 else _letters(rest))


def _digits(number: int, length: int) -> str:
    text = f"{number:0{length}}"
    if len(text) != length:
        raise ValueError
    return text


def _letters(number: int) -> str:
    text = "".join(chr(number >> 7 * n & 127) for n in reversed(range(LETTERS)))
    kept = text.rstrip("\0")
    if not kept or "\0" in kept:
        raise ValueError
    return kept
