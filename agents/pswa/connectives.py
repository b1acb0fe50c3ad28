"""The gate for lines that claim nothing: they must not, not even about the conversation."""

import re

from agents.aims.text.grounded.lexicon import GRIM
from agents.aims.text.grounded.words import stem
from agents.aims.text.tasks import Line
from agents.pswa.evidence import Token, tokenise
from agents.pswa.ground import CONVERSATION, Ground

_CLAIMS = re.compile(
    r"\b(?:you|i|we|he|she|they|one of us) (?:just |already |also )?(?:mentioned|said|told|noted"
    r"|explained"
    r"|discussed|talked about|heard|saw|covered|learned|pointed out|brought up)\b"
    r"|\b(?:as|like) (?:i|we|you|he|she) (?:said|mentioned|noted)\b|\bremember(?:ed)? (?:when"
    r"|that|how)\b"
    r"|\bearlier (?:you|we|i|on)\b|\blast (?:time|week|episode)\b|\b(?:studies|experts"
    r"|scientists) (?:show|say|agree)\b"
    r"|\beveryone knows\b|\bin fact\b|\bof course\b",
    re.IGNORECASE,
)
_HEARD_IS_CREDIT = re.compile(r"(?:you heard|factual you heard) (?:is|comes)\b", re.IGNORECASE)
_REACTION = re.compile(
    r"\b(?:interesting|wow|great|amazing|fascinating|nice|cool|love|fun|funny|awesome|wonderful|ha"
    r"|haha|brilliant|fantastic|exciting|delightful|lovely|good to know|incredible|neat|charming"
    r"|got it|noted|what a way|you have my attention|hello)\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"\baccording to\b", re.IGNORECASE)
_QUOTED = re.compile(r"“([^”]*)”")
_SMALL_NUMBERS = frozenset({"one", "first", "once"})


def judge_connective(
    line: Line, ground: Ground, near: str, grim: bool, said: set[str]
) -> str | None:
    """What is wrong with a connective line; None if nothing.

    ``near`` is the text of the facts around it, whose words a question may take up; ``grim``
    says that death or harm was just spoken of; ``said`` holds earlier connective lines.
    """
    if line.text.casefold() in said:
        return "it has been said before"
    if grim and _REACTION.search(line.text):
        return "a reaction after death or harm"
    if _CLAIMS.search(line.text) and not _HEARD_IS_CREDIT.search(line.text):
        return "it claims something about the conversation"
    if line.citations:
        return judge_echo(line, ground)
    if _ACCORDING.search(line.text) and not any(
        t in _QUOTED.findall(line.text) for t in ground.titles
    ):
        return "it attributes without a source"
    return judge_words(line.text, ground, near)


def judge_echo(line: Line, ground: Ground) -> str | None:
    """A line that repeats words of its source: only as a question, and only in one stretch."""
    if not line.text.endswith("?"):
        return "it repeats a fact without asking"
    if not all(map(ground.holds, line.citations)):
        return "a citation points outside its source"
    words = [token.bare for token in tokenise(line.text)]
    cited = [t.bare for span in line.citations for t in tokenise(ground.read(span))]
    runs = (cited[n : n + len(words)] for n in range(len(cited) - len(words) + 1))
    return None if words and any(run == words for run in runs) else "it repeats what is not there"


def judge_words(text: str, ground: Ground, near: str) -> str | None:
    """Whether every word is conversation, or given by the topic, a title or a heading."""
    question = text.rstrip().endswith("?")
    around = {stem(token.text) for token in tokenise(near)} if question else set()
    for token in tokenise(text):
        if token.bare in ground.given_words and _fits_case(token, ground):
            continue
        if token.number and token.bare not in _SMALL_NUMBERS:
            return f"number {token.text!r}"
        if token.capital and not token.initial:
            return f"name {token.text!r}"
        if token.bare not in CONVERSATION and stem(token.text) not in around:
            return f"it speaks of {token.text!r}"
    return None


def _fits_case(token: Token, ground: Ground) -> bool:
    return (
        not token.capital or token.initial or token.text.replace("’", "'") in ground.given_capitals
    )


def is_grim(text: str) -> bool:
    """Whether a text speaks of death or harm."""
    return bool(GRIM.search(text))
