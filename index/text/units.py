"""Units and currencies written after or before a figure, each with its dimension and its size in the base unit."""

from __future__ import annotations

import re
from typing import NamedTuple


class Unit(NamedTuple):
    """A value times ``factor`` plus ``offset`` is the value in the base unit of the dimension."""

    dimension: str
    factor: float = 1.0
    offset: float = 0.0


def _table(dimension: str, *lines: str) -> dict[str, Unit]:
    """The units of one dimension by name. Each line: a factor, then the names of the unit with that factor."""
    units = {}
    for line in lines:
        factor, *names = line.split("|")
        units.update({name: Unit(dimension, float(factor)) for name in names})
    return units


# Symbols match as they are written; names of three characters and more match in any case. A name with µ, ° or ² stands
# for its other spellings too: μ (Greek), º, m2 and m^2.
_SIMPLE = {
    **_table(
        "mass",
        "1e-9|ng|nanogram|nanograms",
        "1e-6|µg|mcg|ug|microgram|micrograms",
        "1e-3|mg|milligram|milligrams|milligramme|milligrammes",
        "1|g|gram|grams|gramme|grammes",
        "1e3|kg|kgs|kilo|kilos|kilogram|kilograms|kilogramme|kilogrammes",
        "1e6|tonne|tonnes|metric ton|metric tons|metric tonnes|ton|tons",  # a bare ton may be any: it is seldom told
        "907184.74|short ton|short tons",
        "1016046.91|long ton|long tons",
        "28.349523|oz|ounce|ounces",
        "453.59237|lb|lbs|pound|pounds",
        "6350.29318|stone",
    ),
    **_table(
        "length",
        "1e-9|nm|nanometre|nanometres|nanometer|nanometers",
        "1e-6|µm|micrometre|micrometres|micrometer|micrometers|microns",
        "1e-3|mm|millimetre|millimetres|millimeter|millimeters",
        "1e-2|cm|centimetre|centimetres|centimeter|centimeters",
        "1|m|metre|metres|meter|meters",
        "1e3|km|kms|kilometre|kilometres|kilometer|kilometers",
        "0.0254|inch|inches",
        "0.3048|ft|foot|feet",
        "0.9144|yd|yard|yards",
        "1609.344|mi|mile|miles",
        "1852|nautical mile|nautical miles",
        "9.4607e15|light-year|light-years|light year|light years",
    ),
    **_table(
        "time",
        "1e-3|ms|millisecond|milliseconds",
        "1|s|sec|secs|second|seconds",
        "60|min|mins|minute|minutes",
        "3600|h|hr|hrs|hour|hours",
        "86400|d|day|days",
        "604800|wk|wks|week|weeks",
        "2629746|month|months",
        "31556952|yr|yrs|year|years",
        "315569520|decade|decades",
        "3155695200|century|centuries",
    ),
    **_table("age", "31556952|year-old|years-old|years old|years of age", "2629746|month-old|months-old|months old"),
    **_table(
        "volume",
        "1e-6|µl|µL|microlitre|microlitres|microliter|microliters",
        "1e-3|ml|mL|㎖|cc|millilitre|millilitres|milliliter|milliliters",
        "1e-2|cl|centilitre|centilitres",
        "1e-1|dl|dL|decilitre|decilitres|deciliter|deciliters",
        "1|l|L|litre|litres|liter|liters",
        "1e-6|cm³|ccm|cubic centimetre|cubic centimetres|cubic centimeter|cubic centimeters",
        "1e-3|dm³",
        "1000|m³|cubic metre|cubic metres|cubic meter|cubic meters",
        "1e12|km³|cubic kilometre|cubic kilometres|cubic kilometer|cubic kilometers",
        "3.785411784|gallon|gallons",
        "0.473176473|pint|pints",
        "28.316846592|cubic foot|cubic feet",
        "158.987294928|barrel|barrels",
    ),
    **_table(
        "area",
        "1e-6|mm²",
        "1e-4|cm²|square centimetres|square centimeters",
        "1|m²|sq m|square metre|square metres|square meter|square meters",
        "1e6|km²|sq km|square kilometre|square kilometres|square kilometer|square kilometers",
        "1e4|ha|hectare|hectares",
        "4046.8564224|acre|acres",
        "2589988.110336|sq mi|square mile|square miles",
        "0.09290304|sq ft|square foot|square feet",
    ),
    **_table("length/time", "0.44704|mph", "0.277777778|kmh|kph|km/hr", "0.514444|knots|knot"),
    **_table("share", "0.01|%|％|percent|per cent|pct", "0.001|‰|per mille|per mil|permille"),
    **_table("points", "1|pp|percentage point|percentage points|%-points|points of percentage"),
    **_table(
        "energy",
        "4184|kcal|kilocalories",
        "4.184|cal",
        "1000|kJ|kilojoules",
        "3.6e6|kWh|kilowatt hour|kilowatt hours|kilowatt-hours",
        "3.6e9|MWh|megawatt hour|megawatt hours|megawatt-hours",
        "3.6e12|GWh|gigawatt hour|gigawatt hours|gigawatt-hours",
        "3.6e15|TWh|terawatt hour|terawatt hours|terawatt-hours",
    ),
    **_table(
        "power",
        "1|W|watt|watts",
        "1e3|kW|kilowatt|kilowatts",
        "1e6|MW|megawatt|megawatts",
        "1e9|GW|gigawatt|gigawatts",
        "1e12|TW|terawatt|terawatts",
    ),
    **_table("frequency", "1|Hz", "1e3|kHz", "1e6|MHz", "1e9|GHz"),
    **_table("data", "1e3|kB|KB", "1e6|MB|megabytes", "1e9|GB|gigabytes", "1e12|TB|terabytes"),
    **_table("pressure", "1|mmHg|mm Hg", "7.50062|kPa", "7.50062e-3|Pa"),
    **_table("amount", "1e-9|nmol", "1e-6|µmol|umol", "1e-3|mmol", "1|mol"),
    **_table("dose", "1|IU|international units"),
    **_table("times", "1|times|-fold|fold|×"),
    **dict.fromkeys(("°C", "° C", "℃", "degrees Celsius", "degrees centigrade", "degrees C"), Unit("temperature")),
    **dict.fromkeys(("°F", "° F", "℉", "degrees Fahrenheit", "degrees F"), Unit("temperature", 5 / 9, -160 / 9)),
    **dict.fromkeys(("kelvin", "kelvins"), Unit("temperature", 1.0, -273.15)),
}
_CURRENCIES = {
    "USD": "US$|$|USD|US dollar|US dollars|U.S. dollars|dollar|dollars",
    "EUR": "€|EUR|euro|euros",
    "GBP": "£|GBP|pounds sterling",
    "JPY": "¥|JPY|yen",
    "INR": "₹|Rs|INR|rupee|rupees",
    "CHF": "CHF|Swiss francs|francs",
    "CNY": "CNY|RMB|yuan",
    "AUD": "A$|AU$|AUD|Australian dollars",
    "CAD": "C$|CA$|CAD|Canadian dollars",
    "NZD": "NZ$|NZD",
    "SEK": "SEK|kronor",
    "NOK": "NOK|kroner",
    "DKK": "DKK",
}
MEASURES = frozenset({unit.dimension for unit in _SIMPLE.values()} - {"share", "points", "times", "time", "age"})
"""What is measured: one number of two of them is no one value, "50 mg" and "50 ml". Of time, an age may be meant."""
CURRENCIES = frozenset(_CURRENCIES)
SAME_SIGN = (frozenset(["USD", "AUD", "CAD", "NZD"]), frozenset(["JPY", "CNY"]), frozenset(["SEK", "NOK", "DKK"]))
"""Currencies that one sign or word may stand for: "$", "¥", "kr"."""
_RATES = {("GBP", "USD"): (1.03, 2.12), ("EUR", "USD"): (0.82, 1.61), ("GBP", "EUR"): (1.0, 1.76)}
RATES = {
    **_RATES,
    **{(second, first): (1 / highest, 1 / lowest) for (first, second), (lowest, highest) in _RATES.items()},
}
"""What one of the first currency has cost in the second, from the lowest to the highest since the 1980s."""
_MONEY = {name: Unit(code) for code, names in _CURRENCIES.items() for name in names.split("|")}
_CENTS = {"cents": Unit("USD", 0.01), "pence": Unit("GBP", 0.01)}

_SPELLINGS = {"µ": ("µ", "μ"), "°": ("°", "º", "˚"), "²": ("²", "2", "^2"), "³": ("³", "3", "^3")}


def _spellings(name: str) -> list[str]:
    """The name with each of its signs in all the characters that are used for it."""
    spelled = [name]
    for sign, others in _SPELLINGS.items():
        spelled = [text.replace(sign, other) for text in spelled for other in (others if sign in text else (sign,))]
    return spelled


_SPACE = re.compile(r"[\s-]+")
_EXACT = {
    spelled: unit
    for name, unit in {**_SIMPLE, **_MONEY, **_CENTS}.items()
    for spelled in _spellings(_SPACE.sub(" ", name))
}
_FOLDED = {name.casefold(): unit for name, unit in _EXACT.items() if len(name) > 2 and name[-1].isalpha()}


def _alternatives(names: list[str]) -> str:
    """A regex for any of the names, longer ones first; a space in a name may be a hyphen."""
    return "|".join(
        re.escape(name).replace(r"\ ", r"[\s-]") for name in sorted(names, key=lambda name: (-len(name), name))
    )


_UNIT = f"(?:{_alternatives(list(_EXACT))}|(?i:{_alternatives(list(_FOLDED))}))"
_SUFFIX = re.compile(
    rf"[\s-]?(?P<unit>{_UNIT})(?![^\W_])"
    # what is measured may stand between: "10 micrograms of lead per litre"
    rf"(?:(?P<per>\s?/\s?|\s+(?:per|an?)\s+|\s+of\s+(?:[\w-]+\s+){{1,3}}?per\s+)(?P<by>{_UNIT})(?![^\W_]))?"
)
_ADVERBS = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
_RATE = re.compile(
    r"(?:\s?/\s?|\s+(?:(?:in\s+)?an?|per|each|every)\s+)(?P<by>hour|day|week|month|year|decade)(?![^\W_])"
    rf"|\s+(?P<adverb>(?i:{'|'.join(_ADVERBS)}))(?![^\W_])"
)
_PREFIX = re.compile(rf"(?<![^\W_])(?:{_alternatives(list(_MONEY))})\s?$")
PREFIX_LENGTH = 12  # characters before a figure that are searched for a currency (a guess)


def after(text: str, offset: int) -> tuple[Unit, int] | None:
    """The unit that starts at ``offset``, directly or after a space, and where it ends; None if there is none. "mg/kg"
    is one unit."""
    match = _SUFFIX.match(text, offset)
    if match is None:
        return None
    unit = _lookup(match["unit"])
    if match["by"] is None or unit.dimension in ("share", "points", "times"):
        return unit, match.end("unit")
    divisor = _lookup(match["by"])
    return Unit(f"{unit.dimension}/{divisor.dimension}", unit.factor / divisor.factor), match.end()


def each(text: str, offset: int) -> tuple[Unit, int] | None:
    """The unit of "a week", "per day" or "daily" that starts at ``offset``, for something done so many times, and where
    it ends; None if there is none."""
    match = _RATE.match(text, offset)
    if match is None:
        return None
    period = _lookup(match["by"]) if match["by"] else _lookup(_ADVERBS[match["adverb"].lower()])
    return Unit("times/time", 1 / period.factor), match.end()


def before(text: str, offset: int) -> tuple[Unit, int] | None:
    """The currency that ends at ``offset``, and where it starts; None if there is none."""
    start = max(0, offset - PREFIX_LENGTH)
    match = _PREFIX.search(text[start:offset])
    return (_lookup(match.group().strip()), start + match.start()) if match else None


def _lookup(name: str) -> Unit:
    plain = _SPACE.sub(" ", name)
    return _EXACT.get(plain) or _FOLDED[plain.casefold()]
