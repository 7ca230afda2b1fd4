"""What the words of an announcement say of the codes beside them: labels, sizes, words that join. Pure."""

import re
from enum import StrEnum


class Mode(StrEnum):
    """What a code is by the label before it. `CODE` may be a lot's or an item's; `OTHER` is neither; `BARE`: no label;
    `EXCEPT`: a clause that takes away, of which nothing is read.
    """

    LOT = "lot"
    GTIN = "gtin"
    ITEM = "item"
    SERIAL = "serial"
    UNIT = "unit"
    CODE = "code"
    EXPIRY = "expiry"
    PRODUCED = "produced"
    TRADED = "traded"
    OTHER = "other"
    EXCEPT = "except"
    BARE = "bare"


DATED = frozenset((Mode.EXPIRY, Mode.PRODUCED, Mode.TRADED))

_NUMBER = r"(?:\s*(?:codes?|numbers?|nu?mn?bers?|nos?\b|ids?\b|\#s?))*"
_DATE = r"(?:\s*(?:dates?|start\s+date|end\s+date|listed\s+as))*(?:\s+codes?)?"
_BY = r"(?:by|before|thru|through|buy)"

_LABELS = (
    (Mode.EXCEPT, r"except(?:ing)?|excluding|other\s+than|not\s+(?:affected|subject|included|recalled)|later\s+than"),
    (Mode.EXCEPT, r"(?:does|do)\s+not\s+(?:include|affect)|除外|不包括|不受影响"),
    (Mode.EXPIRY, rf"best\s*-?\s*(?:if\s+|when\s+)?(?:used\s+)?{_BY}(?:\s*/\s*sell\s+by)?{_DATE}|bbe|bbd|bb|bd"),
    (Mode.EXPIRY, rf"used?\s*-?\s*{_BY}(?:\s+or\s+before)?{_DATE}|(?:sell|enjoy|fresh|freeze)\s*-?\s*{_BY}{_DATE}"),
    (Mode.EXPIRY, rf"exp(?:iration|iry|ires?|\.|\b){_DATE}|pull\s+dates?(?:\s+for)?|dates?\s+of\s+expiration"),
    (Mode.EXPIRY, r"(?:保质期|有效期|失效日?期?|到期日?期?|最佳食用日?期?|此日期前最佳|赏味期限)[至到为]?"),
    (Mode.PRODUCED, rf"(?:production|manuf?(?:actur(?:ed|ing|e))?|mfg|mfd|made)\.?(?:\s+on)?{_DATE}"),
    (Mode.PRODUCED, rf"(?:pack|packed|packag(?:ed|ing)|baked|hand-?crafted)(?:\s+on)?{_DATE}"),
    (Mode.PRODUCED, r"(?:生产|制造|包装|灌装)(?:日期|于)"),
    (Mode.TRADED, rf"(?:distributed|shipped|delivered|purchased|sold|imported|received)(?:\s+on)?{_DATE}"),
    (Mode.TRADED, r"(?:销售|发货|购买|出厂|进口|到货)日?期?"),
    (Mode.SERIAL, rf"serials?{_NUMBER}|s/n|序列号|出厂编号"),
    (Mode.UNIT, r"sscc|pallet\s+ids?(?:\s+s)?|托盘号?"),
    (Mode.GTIN, r"(?:(?:retail|case|unit|product)\s+)?(?:upcs?|gtins?|eans?)(?:\s*codes?|\s*\#)*"),
    (Mode.GTIN, r"universal\s+product\s+codes?|bar\s*-?codes?\s*\#?|(?:商品)?条形?码"),
    (Mode.ITEM, r"(?:supc\s*/\s*)?items?(?:\s*(?:codes?|numbers?|nos?\b|\#))+"),
    (Mode.ITEM, r"products?(?:\s*(?:numbers?|nos?\b|\#|ids?\b))+|(?:sku|plu|mdm|supc)s?(?:\s*codes?|\s*\#)*"),
    (Mode.ITEM, r"(?:material|reorder|cat|list|part)\.?\s*(?:numbers?|nos?\b|\#)"),
    (Mode.ITEM, r"item(?=\s+[A-Z]*\d)|货号|物料(?:编码|代码|号)?|(?:产品|商品)(?:编号|编码|代码)"),
    (Mode.OTHER, r"(?:facility|plant|licen[sc]e|phone|tel|fax)(?:\s*(?:codes?|numbers?|nos?\b|\#))+|电话|许可证号?"),
    (Mode.LOT, rf"lots?(?:\s*[/&]\s*(?:units?|batch))?{_NUMBER}|batch(?:es)?(?:\s*/\s*lots?)?{_NUMBER}"),
    (Mode.LOT, r"生产批号|批次?号?|(?:lots?|batch(?:es)?)\s*/\s*best\s+by"),
    (Mode.CODE, r"(?:(?:product|manufacturing|bottom|case|day|date|julian|label)\s*)?codes?(?:\s+dates?)?|喷码|代码"),
)  # fmt: skip
LABEL = re.compile(
    "(?<![A-Za-z0-9])(?:"
    + "|".join(f"(?P<n{number}>{pattern})" for number, (_, pattern) in enumerate(_LABELS))
    + r")(?:(?<![A-Za-z])|(?![A-Za-z0-9]))(?:\s*[:：#.=])*",
    re.IGNORECASE,
)


def mode_of(label: re.Match[str]) -> Mode:
    """What the codes after this label are."""
    return _LABELS[int((label.lastgroup or "n0")[1:])][0]


_UNITS = (
    r"fl\.?\s*oz|oz|ounces?|lbs?|pounds?|g|grams?|kg|mg|mcg|ml|l|lit(?:er|re)s?|ct|count|packs?|pk|pcs?|gallons?|gal"
    r"|qts?|quarts?|pints?|inch(?:es)?|cm|mm|cases?|pieces?|days?|weeks?|months?|years?|hours?|am|pm|units?|cups?"
    r"|bags?|bottles?|capsules|tablets|%|千克|公斤|毫升|毫克|[克升斤箱瓶袋件盒个天包听罐吨月]"
)
# A figure with what it counts or measures is no code.
SIZE = re.compile(
    rf"(?<![A-Za-z0-9])\d+(?:[.,/]\d+)*\s*-?\s*(?:x\s*\d+(?:[.,]\d+)?\s*)?(?:{_UNITS})(?![A-Za-z0-9])", re.IGNORECASE
)
ALL = re.compile(
    r"(?<![A-Za-z])all\s+(?:lots?(?:\s+codes?|\s+numbers?)?|(?:product\s+)?codes?|batch(?:es)?|product)(?![A-Za-z])"
    r"|(?:所有|全部)的?(?:批次|批号|产品|商品)",
    re.IGNORECASE,
)
UNCODED = re.compile(
    r"(?<![A-Za-z])no\s+(?:(?:manufacturing|identifying|lot|upc)\s+)*(?:codes?|numbers?)(?![A-Za-z])"
    r"(?:\s+(?:provided|listed|on\s+(?:label|products?|packages?|packaging)))?|无批[次号]",
    re.IGNORECASE,
)
_AFFIX = r"[\"“”']?[A-Z0-9]{1,8}(?![A-Za-z0-9])[\"“”']?"
_AFFIXES = rf"(?:the\s+)?(?:letters?\s+)?({_AFFIX}(?:(?:\s*,\s*(?:or\s+)?|\s+or\s+){_AFFIX})*)"
_BEGIN = r"(?:that\s+)?(?:begin(?:s|ning)?|start(?:s|ing)?)\s+with\s+(?:either\s+)?"
_END = r"(?:(?:that|and)\s+)?end(?:s|ing)?\s+(?:with|in)\s+(?:either\s+)?"
BEGINS = re.compile(rf"(?i:{_BEGIN}){_AFFIXES}|以([A-Z0-9]{{1,8}})(?:开头|起始)")
ENDS = re.compile(rf"(?i:{_END}){_AFFIXES}|以([A-Z0-9]{{1,8}})结尾")
CONTAINS = re.compile(rf"(?i:contain(?:s|ing)?\s+){_AFFIXES}|含有?([A-Z0-9]{{1,8}})的")
AFFIX = re.compile(r"(?<![A-Za-z0-9])(?!or\b)[A-Z0-9]{1,8}(?![A-Za-z0-9])")

# Between two codes or days: from the one to the other.
TO = re.compile(r"\s*(?:[-–—~～]+|to|thru|through|until|up\s+to(?:\s+and\s+including)?|至|到)\s*", re.IGNORECASE)
AND = re.compile(r"\s*(?:and|和|与)\s*", re.IGNORECASE)
BETWEEN = re.compile(r"(?:between|from|ranging|介于|在|自|从)[^;。]{0,24}$", re.IGNORECASE)
# Before a day: up to it.
UNTIL = re.compile(
    r"(?:up\s+to(?:\s+and\s+including)?|through|thru|on\s+or\s+before|截至|截止到?|不晚于)\s*[:：]?\s*$", re.IGNORECASE
)
BEFORE = re.compile(r"(?:before|prior\s+to|早于)\s*$", re.IGNORECASE)
SINCE = re.compile(r"(?:since|after|不早于)\s*$", re.IGNORECASE)
# After a day or code: and what is on this side of it.
DOWN = re.compile(
    r"\s*,?\s*(?:and|or)\s+(?:(?:any|all)\s+)?(?:earlier|prior|before|older|smaller|lower|below)(?:\s+dates?)?"
    r"|\s*(?:及|或)?(?:以前|之前|更早)",
    re.IGNORECASE,
)
UP = re.compile(
    r"\s*,?\s*(?:and|or)\s+(?:(?:any|all)\s+)?(?:later|after|newer|higher|above|greater)(?:\s+dates?)?"
    r"|\s*(?:及|或)?(?:以后|之后|起)",
    re.IGNORECASE,
)
# Words after which a label still holds.
_JOINING = (
    "and or to thru through up the of is are on a with date dates code codes number numbers no nos between from all any"
    " including include range ranging for listed as both either following follows until before prior x"
)
KEEPING = frozenset([*re.findall(r"\w+", _JOINING), *"和及与或至到为的是在自从"])
