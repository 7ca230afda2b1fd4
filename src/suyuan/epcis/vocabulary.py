"""The Core Business Vocabulary 2.0 as data: names, the spellings of each, and what a wrong one probably meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

CBV_WEB = "https://ref.gs1.org/cbv/"
VOC_WEB = "https://ref.gs1.org/voc/"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = _names(
    """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
    retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
    unloading unpacking void_shipping"""
)
DISPOSITIONS = _names(
    """active available completeness_inferred completeness_verified conformant container_closed container_open damaged
    destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
    mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled
    reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown"""
)
TRANSACTION_TYPES = _names("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")
PARTY_TYPES = _names("owning_party possessing_party location")
ERROR_REASONS = _names("did_not_occur incorrect_data")
COMPONENTS = _names(
    """x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
    longitude altitude"""
)
SENSOR_TYPES = _names(
    """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
    Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
    LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
    MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
    RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity
    SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux
    Wavenumber"""
)
# Written by published examples of 2.0, though never in its list: read, but not proposed.
EARLY_SENSOR_TYPES = _names("Molar_concentration EffectiveDoseRate")
SENSOR_EXCEPTIONS = _names("ALARM_CONDITION ERROR_CONDITION")


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """One list of names.

    `forms` maps each spelling that JSON may use to its name, `foreign` those that only XML may use. `own` are the
    starts of texts which would have to be one of the names, `banned` the starts that the JSON schema refuses. An
    `open` list grows between versions of the standard: an unknown URI under `own` passes unless it looks like a slip.
    """

    names: frozenset[str]
    web: str
    own: tuple[str, ...]
    banned: tuple[str, ...]
    forms: dict[str, str]
    foreign: dict[str, str]
    open: bool = False

    def suggest(self, text: str) -> str:
        """The name probably meant by `text`, in any spelling, or ``""``."""
        if name := self.foreign.get(text):
            return name
        return _closest(self._tail(text), self.names)

    def uri(self, name: str) -> str:
        """The web URI of a name of this list; any other text unchanged."""
        return self.web + name if name in self.names else name

    def _tail(self, text: str) -> str:
        starts = [start for start in (*self.own, *self.banned) if text.startswith(start)]
        return text[len(max(starts, key=len, default="")) :]


@lru_cache(maxsize=1024)
def _closest(text: str, names: frozenset[str]) -> str:
    return next(iter(get_close_matches(text, sorted(names), n=1, cutoff=0.8)), "")


def _spelled(starts: tuple[str, ...], names: frozenset[str]) -> dict[str, str]:
    return {start + name: name for start in starts for name in names}


def _cbv(names: frozenset[str], prefix: str, urn: str) -> Vocabulary:
    own = (CBV_WEB + prefix, "cbv:" + prefix, CBV_WEB, "cbv:")
    foreign = (f"urn:epcglobal:cbv:{urn}:", f"https://ns.gs1.org/cbv/{prefix}", f"http://ns.gs1.org/cbv/{prefix}")
    banned = (*foreign, "urn:epcglobal:cbv", "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/")
    return Vocabulary(names, own[0], own, banned, _spelled(("", *own[:2]), names), _spelled(foreign, names))


def _voc(names: frozenset[str], early: frozenset[str] = frozenset(), *, open: bool) -> Vocabulary:
    own = (VOC_WEB, "gs1:")
    banned = tuple(f"{scheme}://{host}/voc/" for scheme in ("https", "http") for host in ("gs1.org", "www.gs1.org"))
    forms = _spelled(("", *own), names) | {name: name for name in early}
    return Vocabulary(names, own[0], own, banned, forms, _spelled(banned, names), open)


BIZ_STEP = _cbv(BIZ_STEPS, "BizStep-", "bizstep")
DISPOSITION = _cbv(DISPOSITIONS, "Disp-", "disp")
TRANSACTION_TYPE = _cbv(TRANSACTION_TYPES, "BTT-", "btt")
PARTY_TYPE = _cbv(PARTY_TYPES, "SDT-", "sdt")
ERROR_REASON = _cbv(ERROR_REASONS, "ER-", "er")
COMPONENT = _cbv(COMPONENTS, "Comp-", "comp")
SENSOR_TYPE = _voc(SENSOR_TYPES, EARLY_SENSOR_TYPES, open=True)
SENSOR_EXCEPTION = _voc(SENSOR_EXCEPTIONS, open=False)

CBV = (BIZ_STEP, DISPOSITION, TRANSACTION_TYPE, PARTY_TYPE, ERROR_REASON, COMPONENT)
VOCABULARIES = (*CBV, SENSOR_TYPE, SENSOR_EXCEPTION)


def _every_form() -> Iterator[tuple[str, str]]:
    for vocabulary in VOCABULARIES:
        yield from vocabulary.forms.items()
        yield from vocabulary.foreign.items()


_SHORT = dict(_every_form())


def to_short(text: str) -> str:
    """The bare CBV name of a bare name, URN, CURIE or web URI; any other text unchanged.

    >>> to_short("urn:epcglobal:cbv:bizstep:receiving"), to_short("https://ref.gs1.org/cbv/Disp-in_transit")
    ('receiving', 'in_transit')
    """
    return _SHORT.get(text, text)
