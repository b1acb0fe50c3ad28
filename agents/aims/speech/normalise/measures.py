"""Quantities: a number, a range or a fraction with its unit, percentages, temperatures."""

import re

from agents.aims.speech.normalise.numerals import NUMBER, cardinal, number
from agents.aims.speech.normalise.rule import Rule, any_of, rule

MINUS = "\N{MINUS SIGN}"
UNITS: dict[str, tuple[str, str]] = {
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"),
    "mph": ("mile per hour", "miles per hour"),
    "m/s": ("meter per second", "meters per second"),
    "km/s": ("kilometer per second", "kilometers per second"),
    "m/s^2": ("meter per second squared", "meters per second squared"),
    "mm": ("millimeter", "millimeters"), "cm": ("centimeter", "centimeters"),
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"),
    "nm": ("nanometer", "nanometers"), "μm": ("micrometer", "micrometers"),
    "ft": ("foot", "feet"), "yd": ("yard", "yards"), "mi": ("mile", "miles"),
    "km^2": ("square kilometer", "square kilometers"), "m^2": ("square meter", "square meters"),
    "cm^2": ("square centimeter", "square centimeters"), "sq km": ("square kilometer",) * 2,
    "sq ft": ("square foot", "square feet"), "sq mi": ("square mile", "square miles"),
    "m^3": ("cubic meter", "cubic meters"), "km^3": ("cubic kilometer", "cubic kilometers"),
    "cm^3": ("cubic centimeter", "cubic centimeters"), "ha": ("hectare", "hectares"),
    "mg": ("milligram", "milligrams"), "g": ("gram", "grams"), "kg": ("kilogram", "kilograms"),
    "μg": ("microgram", "micrograms"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "t": ("ton", "tons"), "Mt": ("megaton", "megatons"),
    "Gt": ("gigaton", "gigatons"), "ml": ("milliliter", "milliliters"),
    "mL": ("milliliter", "milliliters"), "l": ("liter", "liters"), "L": ("liter", "liters"),
    "mg/l": ("milligram per liter", "milligrams per liter"), "bbl": ("barrel", "barrels"),
    "μg/m^3": ("microgram per cubic meter", "micrograms per cubic meter"),
    "g/cm^3": ("gram per cubic centimeter", "grams per cubic centimeter"),
    "ppm": ("part per million", "parts per million"),
    "ppb": ("part per billion", "parts per billion"),
    "ms": ("millisecond", "milliseconds"), "μs": ("microsecond", "microseconds"),
    "ns": ("nanosecond", "nanoseconds"), "s": ("second", "seconds"), "sec": ("second", "seconds"),
    "min": ("minute", "minutes"), "h": ("hour", "hours"), "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"), "yr": ("year", "years"), "yrs": ("year", "years"),
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"),
    "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"), "MW": ("megawatt", "megawatts"),
    "GW": ("gigawatt", "gigawatts"), "TW": ("terawatt", "terawatts"),
    "Wh": ("watt hour", "watt hours"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "MWh": ("megawatt hour", "megawatt hours"), "GWh": ("gigawatt hour", "gigawatt hours"),
    "TWh": ("terawatt hour", "terawatt hours"), "V": ("volt", "volts"),
    "kV": ("kilovolt", "kilovolts"), "mA": ("milliamp", "milliamps"), "J": ("joule", "joules"),
    "kJ": ("kilojoule", "kilojoules"), "kcal": ("kilocalorie", "kilocalories"),
    "N": ("newton", "newtons"), "Pa": ("pascal", "pascals"), "hPa": ("hectopascal",) * 2,
    "kPa": ("kilopascal", "kilopascals"), "MPa": ("megapascal", "megapascals"),
    "psi": ("P.S.I", "P.S.I"), "hp": ("horsepower", "horsepower"), "rpm": ("R.P.M", "R.P.M"),
    "dB": ("decibel", "decibels"), "K": ("kelvin", "kelvin"), "Ω": ("ohm", "ohms"),
    "kB": ("kilobyte", "kilobytes"), "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"), "PB": ("petabyte", "petabytes"),
    "KiB": ("kibibyte", "kibibytes"), "MiB": ("mebibyte", "mebibytes"),
    "GiB": ("gibibyte", "gibibytes"), "kbit/s": ("kilobit per second", "kilobits per second"),
    "Mbit/s": ("megabit per second", "megabits per second"),
    "Gbit/s": ("gigabit per second", "gigabits per second"),
    "kbps": ("kilobit per second", "kilobits per second"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"), "px": ("pixel", "pixels"),
    "fps": ("frame per second", "frames per second"), "eV": ("electron volt", "electron volts"),
    "MP": ("megapixel", "megapixels"), "pc": ("parsec", "parsecs"), "ly": ("light-year",) * 2,
    "AU": ("astronomical unit", "astronomical units"),
}  # fmt: skip
"""A unit's spoken singular and plural, by how it is written after a number."""

_AFTER_DEGREE = {
    None: "", "C": " Celsius", "F": " Fahrenheit", "N": " north", "S": " south", "E": " east",
    "W": " west",
}  # fmt: skip
_APART = frozenset("KVNJWLtlghs") | {"AU", "MP", "pc", "ly"}
"""Units only where a space parts them from the number: 80s and 4K are something else."""

_SIGN = rf"(?P<sign>(?<![\w)])[{MINUS}–-])?"
_AND = r"(?:\s?[–-]\s?|\s(?P<to>to|and|or)\s)"
_RANGE = rf"{_SIGN}(?P<low>{NUMBER})(?:{_AND}(?P<minus>[{MINUS}-])?(?P<high>{NUMBER}))?"
_SCALE = r"(?:\s(?P<scale>hundred|thousand|million|billion|trillion))?"
_AFTER_NUMBER = r"(?<![\w.,$£€])"


def _quantity(match: re.Match[str]) -> str:
    """The number, or the two of a range, as words."""
    low, high, to = match.group("low", "high", "to")
    spoken = number(low)
    if match.group("sign"):
        spoken = f"minus {spoken}"
    if high:
        second = f"minus {number(high)}" if match.group("minus") else number(high)
        spoken = f"{spoken} {to or 'to'} {second}"
    scale = match.groupdict().get("scale")
    return f"{spoken} {scale}" if scale else spoken


def _single(match: re.Match[str]) -> bool:
    only = match.group("low") == "1" and not match.group("high")
    return only and not match.groupdict().get("scale")


def _unit(match: re.Match[str]) -> str:
    one, many = UNITS[match.group("unit")]
    return f"{_quantity(match)} {one if _single(match) else many}"


def _unit_before_noun(match: re.Match[str]) -> str:
    return f"{number(match.group('low'))} {UNITS[match.group('unit')][0]}"


def _percent(match: re.Match[str]) -> str:
    plus = " or more" if match.group("plus") else ""
    return f"{_quantity(match)} percent{plus}"


def _degrees(match: re.Match[str]) -> str:
    scale = _AFTER_DEGREE[match.group("scale_name")]
    return f"{_quantity(match)} {'degree' if _single(match) else 'degrees'}{scale}"


def _feet(match: re.Match[str]) -> str:
    feet, inches = match.groups()
    spoken = f"{cardinal(feet)} {'foot' if feet == '1' else 'feet'}"
    return f"{spoken} {cardinal(inches)}"


_CLOSE = any_of(UNITS.keys() - _APART)

RULES: list[Rule] = [
    rule(rf"{_AFTER_NUMBER}{_RANGE}{_SCALE}\s?%(?P<plus>\+)?", _percent),
    rule(rf"{_AFTER_NUMBER}{_RANGE}\s?°\s?(?P<scale_name>[CFNSEW])?(?!\w)", _degrees),
    rule(r"(?<![\w.])(\d)'\s?(\d{1,2})\"", _feet),
    rule(r"(?<![\w.])(\d+)\s?ft\s?(\d{1,2})\s?in\b", _feet),
    rule(r"(?<![\w.])(\d+)h\s?(\d{1,2})\s?m(?:in)?\b", r"\1 hours \2 minutes"),
    rule(
        rf"{_AFTER_NUMBER}(?P<low>{NUMBER})-(?P<unit>{any_of(u for u in UNITS if len(u) > 1)})"
        r"(?=\s[a-z])",
        _unit_before_noun,
    ),
    rule(rf"{_AFTER_NUMBER}{_RANGE}{_SCALE}\s?(?P<unit>{_CLOSE})(?![\w/^'])", _unit),
    rule(rf"{_AFTER_NUMBER}{_RANGE}{_SCALE}\s(?P<unit>{any_of(_APART)})(?![\w/^'&.-])", _unit),
]
