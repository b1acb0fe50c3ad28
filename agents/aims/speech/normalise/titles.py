"""Abbreviations, and roman numerals after names."""

import re

from agents.aims.speech.normalise.numerals import cardinal, from_roman, ordinal
from agents.aims.speech.normalise.rule import Rule, any_of, rule

_BEFORE_NAME = {
    "Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Prof": "Professor",
    "St": "Saint", "Gen": "General", "Sen": "Senator", "Rep": "Representative",
    "Gov": "Governor", "Capt": "Captain", "Lt": "Lieutenant", "Col": "Colonel",
    "Sgt": "Sergeant", "Rev": "Reverend", "Hon": "Honorable", "Mt": "Mount", "Ft": "Fort",
    "Pres": "President", "Adm": "Admiral", "Cmdr": "Commander", "Messrs": "Messieurs",
}  # fmt: skip
_AFTER_NAME = {
    "Jr": "Junior", "Sr": "Senior", "Inc": "Incorporated", "Ltd": "Limited",
    "Corp": "Corporation", "Co": "Company", "Bros": "Brothers", "Ave": "Avenue",
    "Blvd": "Boulevard", "Rd": "Road", "St": "Street", "Esq": "Esquire",
}  # fmt: skip
_ANYWHERE = {
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus",
    "et al.": "and others", "approx.": "approximately", "ca.": "circa", "c.": "circa",
    "est.": "established", "dept.": "department", "govt.": "government", "max.": "maximum",
    "min.": "minimum", "vol.": "volume", "Vol.": "Volume", "ed.": "edition", "fig.": "figure",
    "Fig.": "Figure", "ch.": "chapter", "cf.": "compare", "viz.": "namely", "a.k.a.": "A.K.A",
    "avg.": "average", "incl.": "including", "tel.": "telephone", "Ph.D.": "P.H.D",
    "M.D.": "M.D", "w/o": "without", "w/": "with", "P.S.": "P.S", "&c.": "et cetera",
}  # fmt: skip
_STARTERS = (
    "The|A|An|It|Its|In|On|At|He|She|They|We|I|You|This|That|These|Those|But|And|So|Then|There"
    "|However|For|If|As|When|While|After|Before|Since|His|Her|Their|Our|What|Why|How|Who|Yet|Not"
    "|By|From|To|With|Or|Nor|Most|Many|Some|Both|Each|No one|Nobody|All|Every|Few|My|Your|Until"
    "|Although|Though|Because|Now|Today|Here|Once|Such|Even|Only|Also|Still|Instead|Meanwhile"
    "|Later|More|Other|Another|Where|Which|Will|Can|Do|Does|Did|Is|Are|Was|Were"
)
_ENDS = rf"(?=\s*$|\s+(?:{_STARTERS})\b|\s*[\"')\]])"


def _anywhere(match: re.Match[str]) -> str:
    spoken = _ANYWHERE[match.group(1)]
    ends = re.match(rf"\s*$|\s+(?:{_STARTERS})\b", match.string[match.end() :])
    return f"{spoken}." if ends and match.group(1).endswith(".") else spoken


_RULERS = (
    "Elizabeth|Charles|James|Henry|George|William|Mary|Francis|Napoleon|Nicholas|Alexander|Peter"
    "|Catherine|Otto|Wilhelm|Leopold|Ferdinand|Philip|Louis|Edward|Richard|John|Paul|Pius|Leo"
    "|Benedict|Gregory|Innocent|Urban|Clement|Ptolemy|Darius|Xerxes|Justinian|Constantine|Basil"
    "|Rudolf|Maximilian|Frederick|Gustav|Christian|Harald|Olaf|Haakon|Margaret|Isabella|Victor"
    "|Umberto|Pedro|Joseph|Ramesses|Ramses|Thutmose|Amenhotep|Cleopatra|Mehmed|Suleiman|Selim"
    "|Murad|Carl|Karl|Frederik|Emperor|Pope|King|Queen|Tsar|Baldwin|Robert|David|Ivan"
)
_KINDS = (
    "War|Chapter|Part|Act|Volume|Phase|Type|Class|Title|Book|Section|Article|Schedule|Appendix"
    "|Mark|Stage|Grade|Level|Bowl|Apollo|Saturn|Rocky|Fantasy|Category|Scene|Figure|Table|Group"
    "|Tier|Division|Olympiad|Mk|Legion|Annex|Vatican|Model"
)
_NUMERAL = r"(M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))"


def _ordinal(match: re.Match[str]) -> str:
    name, letters = match.groups()
    return f"{name} the {ordinal(str(from_roman(letters)))}" if letters else match.group()


def _cardinal(match: re.Match[str]) -> str:
    kind, letters = match.groups()
    return f"{kind} {cardinal(str(from_roman(letters)))}" if letters else match.group()


RULES: list[Rule] = [
    rule(r"\b([A-Z][a-z]+) St\.(?=\s)(?!\s+[A-Z][a-z]+\s+St\b)", r"\1 Street"),
    rule(
        rf"\b({any_of(_BEFORE_NAME)})\.?\s+(?=[A-Z&])",
        lambda match: f"{_BEFORE_NAME[match.group(1)]} ",
    ),
    rule(rf"(?<![\w.])({any_of(_ANYWHERE)})(?!\w)", _anywhere),
    rule(rf"\b({any_of(_AFTER_NAME)})\.{_ENDS}", lambda match: f"{_AFTER_NAME[match.group(1)]}."),
    rule(rf"\b({any_of(_AFTER_NAME)})\.", lambda match: _AFTER_NAME[match.group(1)]),
    rule(rf"\b((?:{_KINDS})) (?=[IVXLCDM])\b{_NUMERAL}\b", _cardinal),
    rule(rf"\b((?:{_RULERS})) (?=[IVXLCDM])\b{_NUMERAL}\b(?!')", _ordinal),
    rule(r"\b([A-Z][a-z]+) (?=[IVXLCDM]{2})\b" + _NUMERAL + r"\b", _ordinal),
    rule(r"\b((?:[A-Za-z]\.){2,})" + _ENDS, lambda match: match.group(1)),
    rule(r"\b((?:[A-Za-z]\.)+[A-Za-z])\.(?!\w)(?!\s*$)(?!\s+(?:" + _STARTERS + r")\b)", r"\1"),
    rule(rf"(?<![\w.])([A-Z])\.(?=\s+[A-Z])(?!\s+(?:{_STARTERS})\b)", r"\1"),
]
