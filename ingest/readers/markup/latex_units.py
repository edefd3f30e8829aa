"""Quantities of the LaTeX package siunitx on one line: 4.2 µg, 1.5 × 10⁶, 1 to 5 m/s²."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from index.text.raised import superscript

ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("num", "ang", "si", "unit", "numlist"), "[{"),
        **dict.fromkeys(("qty", "numrange", "qtylist", "SIlist"), "[{{"),
        **{"SI": "[{[{", "SIrange": "[{{{", "qtyrange": "[{{{"},
    }
)
"""The commands of the package, and the kinds of their arguments."""

_PREFIXES = {"micro": "µ", "kilo": "k", "milli": "m", "mega": "M", "giga": "G", "tera": "T", "nano": "n", "pico": "p"}
_PREFIXES |= {"femto": "f", "centi": "c", "deci": "d", "hecto": "h", "deca": "da", "peta": "P", "exa": "E"}
_UNITS = {
    **{"gram": "g", "metre": "m", "meter": "m", "second": "s", "ampere": "A", "kelvin": "K", "mole": "mol"},
    **{"candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C"},
    **{"volt": "V", "farad": "F", "ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H", "lumen": "lm"},
    **{"lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "katal": "kat", "celsius": "°C"},
    **{"degreeCelsius": "°C", "degree": "°", "minute": "min", "hour": "h", "day": "d", "litre": "L", "liter": "L"},
    **{"percent": "%", "electronvolt": "eV", "tonne": "t", "hectare": "ha", "dalton": "Da", "arcminute": "′"},
    **{"arcsecond": "″", "decibel": "dB", "bel": "B", "neper": "Np", "radian": "rad", "steradian": "sr"},
    **{"astronomicalunit": "au", "kilogram": "kg", "um": "µm", "ug": "µg", "us": "µs", "ul": "µL", "bar": "bar"},
}
_POWERS = {"squared": "²", "cubed": "³"}
_BEFORE = {"square": "²", "cubic": "³"}
_TOKEN = re.compile(r"\\([a-zA-Z]+)|\^\{?([+-]?\d+)\}?|([^\\^{}\s~.]+)|\{([^{}]*)\}|[.~\s]+")
_POWER_OF_TEN = re.compile(r"(?<=\d)[eEdD]([+-]?\d+)$")


def quantity(command: str, arguments: Sequence[str]) -> str:
    """What a command of the package sets, its arguments given in LaTeX without their braces."""
    if command in ("si", "unit"):
        return unit(arguments[-1])
    if command == "ang":
        return "".join(part + sign for part, sign in zip(arguments[-1].split(";"), "°′″", strict=False) if part)
    if command in ("num", "numlist", "numrange"):
        values, of = arguments, ""
    else:
        values, of = arguments[:-1], unit(arguments[-1])
    numbers = [number(part) for value in values for part in value.split(";")]
    joined = " to ".join(numbers) if command.endswith("range") else ", ".join(numbers)
    return joined + ("" if not of or (of[0] in "°′″" and of != "°C") else " ") + of


def number(value: str) -> str:
    value = value.strip().replace("+-", "±").replace("\\pm", "±")
    value = _POWER_OF_TEN.sub(lambda power: f" × 10{superscript(power[1].lstrip('+'), '10')}", value)
    return "−" + value[1:] if value.startswith("-") else value


def unit(source: str) -> str:
    """A unit; a command that is not known stays as it is written."""
    text, raised, divides, joint = "", "", False, ""
    for command, power, literal, group in _TOKEN.findall(source):
        if command == "per":
            divides = True
        elif command in _BEFORE:
            raised = _BEFORE[command]
        elif command in _POWERS or power:
            text += _POWERS.get(command) or superscript(power, text)
        elif command in ("tothe", "raiseto"):
            continue
        elif group:
            text += superscript(group, text)
        elif command in _PREFIXES:
            text += ("/" if divides else joint) + _PREFIXES[command]
            divides, joint = False, "\\0"
        elif command or literal:
            glue = "" if joint == "\\0" else "/" if divides else joint
            text += glue + (_UNITS.get(command, command) if command else literal) + raised
            raised, divides, joint = "", False, "·"
    return text
