"""Dates, years, decades, eras, times of day."""

import re

from agents.aims.speech.normalise.numerals import cardinal, ordinal, plural, year
from agents.aims.speech.normalise.rule import Rule, any_of, rule

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SHORT = {month[:3]: month for month in MONTHS if month != "May"} | {"Sept": "September"}
_MONTH = rf"(?:{any_of([*MONTHS, *_SHORT])})"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:1\d{3}|20\d{2})"
_COUNTED = (
    "people|men|women|children|workers|soldiers|troops|deaths|dead|times|pages|miles|feet|years"
    "|days|hours|minutes|seconds|words|cases|species|percent|points|copies|votes|or so"
)


def _month(name: str) -> str:
    return _SHORT.get(name.rstrip("."), name.rstrip("."))


def _month_first(match: re.Match[str]) -> str:
    month, day, to, after = match.group("month", "day", "to", "year")
    spoken = f"{_month(month)} {ordinal(day)}"
    if to:
        spoken += f" to {ordinal(to)}"
    return f"{spoken}, {year(after)}" if after else spoken


def _day_first(match: re.Match[str]) -> str:
    the, start, day, month, after = match.group("the", "start", "day", "month", "year")
    first = f"{ordinal(start)} to the " if start else ""
    spoken = f"the {first}{ordinal(day)} of {_month(month)}"
    spoken = spoken if the is None else f"{the}{spoken.removeprefix('the ')}"
    return f"{spoken}, {year(after)}" if after else spoken


def _numbers(match: re.Match[str]) -> str:
    first, second, after = (int(part) for part in match.groups())
    month, day = (second, first) if first > 12 else (first, second)
    return _date(after, month, day) or match.group()


def _iso(match: re.Match[str]) -> str:
    after, month, day = (int(part) for part in match.groups())
    return _date(after, month, day) or match.group()


def _date(after: int, month: int, day: int) -> str:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    return f"{MONTHS[month - 1]} {ordinal(str(day))}, {year(str(after))}"


def _time(match: re.Match[str]) -> str:
    hour, minute, half = match.group("hour", "minute", "half")
    spoken = cardinal(str(int(hour)))
    if minute and int(minute):
        spoken += f" oh {cardinal(minute[1])}" if minute[0] == "0" else f" {cardinal(minute)}"
    elif minute and not half:
        spoken += " o'clock" if int(hour) <= 12 else " hundred hours"
    return f"{spoken} {half[0].upper()}.M{_full_stop(match)}" if half else spoken


def _full_stop(match: re.Match[str]) -> str:
    """``6 p.m.`` keeps its point where it also ends the sentence."""
    rest = match.string[match.end() :]
    ends = match.group().endswith(".") and re.match(r"\s*$|\s+[A-Z]", rest)
    return "." if ends else ""


def _decade(match: re.Match[str]) -> str:
    digits = match.group("digits")
    spoken = year(digits) if len(digits) == 4 else cardinal(digits)
    return plural(spoken)


def _years(match: re.Match[str]) -> str:
    first, second = match.group("first", "second")
    if len(second) == 2:
        return f"{year(first)} to {_short_year(second)}"
    return f"{year(first)} to {year(second)}"


def _short_year(digits: str) -> str:
    return f"oh {cardinal(digits[1])}" if digits[0] == "0" else cardinal(digits)


_CLOCK = r"[0-2]?\d(?::[0-5]\d(?:\s?[ap]\.?m\b\.?)?|\s?[ap]\.?m\b\.?)"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_ERA = {"AD": "A.D", "BC": "B.C", "BCE": "B.C.E", "CE": "C.E"}
_HALF = r"(?P<half>[AaPp])\.?\s?[Mm](?:\.|\b)"

RULES: list[Rule] = [
    rule(r"\b(\d{4})-(\d{2})-(\d{2})\b", _iso),
    rule(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b", _numbers),
    rule(
        rf"\b(?P<month>{_MONTH})\.? (?P<day>{_DAY})(?:st|nd|rd|th)?"
        rf"(?:\s?[–-]\s?(?P<to>{_DAY}))?(?:,? (?P<year>{_YEAR}))?(?![\d:%]|\.\d|,\d{{3}})",
        _month_first,
    ),
    rule(
        rf"\b(?P<the>[Tt]he )?(?:(?P<start>{_DAY})\s?[–-]\s?)?(?P<day>{_DAY})(?:st|nd|rd|th)?"
        rf"(?: of)? (?P<month>{_MONTH})\b\.?"
        rf"(?:,? (?P<year>{_YEAR})(?!\d))?",
        _day_first,
    ),
    rule(rf"\b({any_of(_SHORT)})\. (?={_YEAR})", lambda match: f"{_month(match.group(1))} "),
    rule(r"\b(\d+):(\d+)(?=\s(?:scale|ratio|odds|margin))", r"\1 to \2"),
    rule(rf"(?<![\d:,.])({_CLOCK})\s?[–-]\s?(?={_CLOCK})", r"\1 to "),
    rule(rf"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?:\s?{_HALF})?(?![:\d])", _time),
    rule(rf"(?<![\d.,])(?P<hour>1[0-2]|0?[1-9])(?P<minute>)\s?{_HALF}", _time),
    rule(r"(?<!\w)'(?P<digits>[1-9]0)s\b", _decade),
    rule(r"\b(?P<digits>1\d\d0|20\d0)'?s\b", _decade),
    rule(r"(?<![\d$£€.])\b(?P<digits>[2-9]0)s\b", _decade),
    rule(
        rf"\b(?P<first>{_YEAR})\s?[–-]\s?(?P<second>{_YEAR}|\d{{2}})\b(?!\.\d|%|,\d)(?!\s(?:{_COUNTED})\b)",
        _years,
    ),
    rule(
        rf"\b(\d{{1,4}}) ({any_of(_ERA)})\b",
        lambda match: f"{year(match.group(1))} {_ERA[match.group(2)]}",
    ),
    rule(r"\bAD (\d{1,4})\b", lambda match: f"A.D {year(match.group(1))}"),
    rule(
        rf"(?i)\b(in|by|since|year|until|from|after|before|around) (10\d\d)\b(?!,)"
        rf"(?!\s(?:{_COUNTED})\b)",
        lambda match: f"{match.group(1)} {year(match.group(2))}",
    ),
    rule(rf"\b({_WEEKDAY}|{any_of(MONTHS)})\s?–\s?(?={_WEEKDAY}|{any_of(MONTHS)})", r"\1 to "),
    rule(r"(?<!\w)'(\d{2})\b(?!\")", lambda match: _short_year(match.group(1))),
    rule(
        rf"(?<![\d$£€.,:/#-])\b(1[1-9]\d\d|20\d\d)\b(?![,.]\d|[%°+]|-?\d|:\d)(?!\s(?:{_COUNTED})\b)",
        lambda match: year(match.group(1)),
    ),
]
