"""Twenty recalls of the FDA, labelled by hand: what of our goods each of them means. The texts stand in the reference
data, by recall number; here stand only what a person took from them.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stocked:
    """A lot that we have: of the item with this code, with its last day if it is known."""

    item: str
    number: str
    expiry: date | None = None


@dataclass(frozen=True, slots=True)
class Wares:
    """An item as our catalog has it; `theirs` is what the supplier calls it."""

    code: str
    name: str
    gtin: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """`affected`: lots of ours that the recall means; `near`: some that it does not; `missing`: numbers in it that we
    never had; `unread`: words that have to be shown as not understood.
    """

    number: str
    wares: tuple[Wares, ...]
    affected: tuple[Stocked, ...]
    near: tuple[Stocked, ...] = ()
    missing: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def lots(item: str, numbers: str, expiry: date | None = None) -> tuple[Stocked, ...]:
    return tuple(Stocked(item, number, expiry) for number in numbers.split())


def dated(item: str, prefix: str, *days: date) -> tuple[Stocked, ...]:
    """Lots of our own numbering, of which the announcement only knows the day."""
    return tuple(Stocked(item, f"{prefix}{number}", day) for number, day in enumerate(days, 1))


RECALLS = (
    Recalled(
        "F-0904-2020",
        (Wares("CLEANSE-174", "Cleanse powder jar", theirs="52700"),),
        lots("CLEANSE-174", "72746"),
    ),
    Recalled(
        "F-0757-2022",  # any number that begins with B, within two days
        (Wares("SALAD-12", "Classic salad kit", "00681131328944"),),
        dated("SALAD-12", "B10", date(2021, 12, 23), date(2021, 12, 30), date(2022, 1, 8)),
        (
            *dated("SALAD-12", "B20", date(2021, 12, 22), date(2022, 1, 9)),
            *dated("SALAD-12", "W10", date(2021, 12, 30)),
        ),
    ),
    Recalled(
        "F-1159-2022",  # a barcode in brackets, with days beside it
        (Wares("71511", "Russet quarters", "10886810715115"),),
        lots("71511", "0016086772", date(2022, 3, 25)),
        lots("71511", "0016086773", date(2022, 4, 1)),
    ),
    Recalled(
        "F-0910-2022",  # three brands in one notice
        (
            Wares("RAISIN-W", "Yogurt raisins W", "00095248655310"),
            Wares("RAISIN-T", "Yogurt raisins T", "00095248320553"),
            Wares("RAISIN-S", "Yogurt raisins S", "00879114006683"),
        ),
        (
            *lots("RAISIN-W", "222447", date(2022, 8, 23)),
            *lots("RAISIN-T", "222456", date(2022, 8, 23)),
            *lots("RAISIN-S", "222268", date(2022, 9, 12)),
        ),
        lots("RAISIN-S", "222269", date(2022, 9, 13)),
    ),
    Recalled(
        "F-0388-2022",  # a number and all smaller ones
        (Wares("TORTILLA", "Fresh Flour Tortillas"),),
        lots("TORTILLA", "44536 44535 43999 9871"),
        lots("TORTILLA", "44537 45000"),
    ),
    Recalled(
        "F-1239-2023",  # begins with … and ends with …
        (Wares("CRAB-4", "Deviled Crabs"),),
        lots("CRAB-4", "2311503 2320004 2399905"),
        lots("CRAB-4", "2311506 2211503 1123030"),
    ),
    Recalled(
        "F-0526-2022",  # a range without a label
        (Wares("AVO-97", "Asian Avocado salad"),),
        lots("AVO-97", "Z324 Z337 Z350"),
        lots("AVO-97", "Z323 Z351 Y337 Z3370"),
    ),
    Recalled(
        "F-0300-2022",  # two items, each with its own lots
        (
            Wares("CUP-10", "Carrot cupcakes 10 oz", "00770981055251"),
            Wares("CUP-115", "Filled carrot cupcakes", "00770981310268"),
        ),
        (*lots("CUP-10", "21302"), *lots("CUP-115", "21300 21301")),
        (*lots("CUP-10", "21300"), *lots("CUP-115", "21302")),
    ),
    Recalled(
        "F-0446-2021",  # a lot number in two words
        (Wares("JELLY-MIX", "Jelly crystals", "04792551000405"),),
        lots("JELLY-MIX", "C0818B", date(2022, 8, 15)),
        lots("JELLY-MIX", "C0818", date(2022, 8, 1)),
    ),
    Recalled(
        "F-0678-2024",  # days only, first and last under labels of their own
        (Wares("ALOHA-48", "Aloha fruit bowl", "00840219170299"),),
        dated("ALOHA-48", "AB", date(2023, 11, 2), date(2023, 11, 14), date(2023, 11, 23)),
        dated("ALOHA-48", "AC", date(2023, 11, 1), date(2023, 11, 24), date(2022, 11, 14)),
    ),
    Recalled(
        "F-1043-2022",  # a list of days with gaps
        (Wares("DAL-12", "Lentil dal", "00195515023948"),),
        dated("DAL-12", "DA", date(2022, 4, 15), date(2022, 4, 19), date(2022, 4, 26)),
        dated("DAL-12", "DB", date(2022, 4, 16), date(2022, 4, 20), date(2022, 4, 27)),
    ),
    Recalled(
        "F-1087-2024",  # the same lot under several days
        (Wares("SAUCE-3", "Everything sauce 3 pack", "00071117007411"),),
        (*lots("SAUCE-3", "170255 170292 170684", date(2024, 3, 11)), *lots("SAUCE-3", "170686", date(2024, 3, 15))),
        lots("SAUCE-3", "170685", date(2024, 3, 15)),
        missing=("170984", "171233"),
    ),
    Recalled(
        "F-1220-2023",  # nothing but numbers, and a code that stands before the name
        (Wares("MARINADE", "W Classic Marinade"),),
        (
            *lots("MARINADE", "SE280013 SE280014 SE280015 SE280016 SE280017 SE291061 SE282751 SE282752 SE282753"),
            *lots("MARINADE", "SE282754 SE282755 SE282756 SE282757 SE282758 SE282759 SE282760"),
        ),
        lots("MARINADE", "SE280018 SE282750"),
    ),
    Recalled(
        "F-1042-2024",  # lot numbers that look like days
        (Wares("HOPIA", "Hopia cake durian", "08936014318942"),),
        lots("HOPIA", "B4.12.23 A7.11.23 C10.10.23 B10.10.23 A10.10.23"),
        lots("HOPIA", "B5.12.23 C12.10.23 A11.10.23", date(2023, 10, 11)),
        missing=("B6.12.23",),
    ),
    Recalled(
        "F-0713-2020",  # days with the year in two figures after the name of the month; a number that is no GTIN
        (Wares("LASAGNA-V", "Vegetarian Lasagna"),),
        dated("LASAGNA-V", "LV", date(2020, 2, 6), date(2020, 2, 8), date(2020, 2, 9)),
        dated("LASAGNA-V", "LW", date(2020, 2, 5), date(2020, 2, 10), date(2021, 2, 6)),
        missing=("252390706998",),
    ),
    Recalled(
        "F-1113-2022",  # a GTIN without its check digit, lots side by side
        (Wares("HONEY-40", "Honey spread 40 oz", "00051500241820"),),
        lots("HONEY-40", "1274425 2140425", date(2022, 10, 1)),
        lots("HONEY-40", "1274426", date(2023, 5, 21)),
    ),
    Recalled(
        "F-1227-2022",  # all lots
        (Wares("SHTIX", "Shtix lentil", "00815871011051"),),
        lots("SHTIX", "A1 B-77 20220103", date(2022, 12, 1)),
    ),
    Recalled(
        "F-0601-2023",  # a range that nobody can count
        (Wares("TORTE-55", "Strawberry Torte"),),
        lots("TORTE-55", "STT103122 STT012823"),
        lots("TORTE-55", "STT103123 STT012822 STT110122"),
        unread=("STT103122 to STT012823",),
    ),
    Recalled(
        "F-0631-2020",  # two numbers for one lot, with a stroke between
        (
            Wares("JOINT-40", "Joint tablets 40", "00713733563024"),
            Wares("JOINT-80", "Joint tablets 80", "00713733563031"),
        ),
        (*lots("JOINT-40", "813623939 831125997"), *lots("JOINT-80", "300-00026387 932531502")),
        lots("JOINT-40", "813623938 30000023938"),
        missing=("300-00023939",),
    ),
    Recalled(
        "F-0611-2020",  # a letter somewhere in the number, and a month that is the last
        (Wares("EGG-HARD", "Hard Cooked Eggs"),),
        (*dated("EGG-HARD", "1G0", date(2020, 11, 30), date(2020, 1, 2)), *lots("EGG-HARD", "44G", date(2020, 2, 1))),
        (*dated("EGG-HARD", "2G0", date(2020, 12, 1)), *dated("EGG-HARD", "1C0", date(2020, 11, 3))),
    ),
)  # fmt: skip
