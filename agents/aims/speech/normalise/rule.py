"""A rule: a pattern, and how what it matches is spoken."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Speak = Callable[[re.Match[str]], str]


@dataclass(frozen=True)
class Rule:
    """Replaces every match of ``pattern`` by what ``speak`` says of it."""

    pattern: re.Pattern[str]
    speak: Speak

    def apply(self, text: str) -> str:
        """Rewrite ``text``."""
        return self.pattern.sub(self.speak, text)


def rule(pattern: str, speak: Speak | str, flags: int = 0) -> Rule:
    """Build a rule; a plain string may refer to groups as ``re.sub`` does."""
    if isinstance(speak, str):
        template = speak
        return Rule(re.compile(pattern, flags), lambda match: match.expand(template))
    return Rule(re.compile(pattern, flags), speak)


def apply_all(rules: Iterable[Rule], text: str) -> str:
    """Apply rules in order."""
    for each in rules:
        text = each.apply(text)
    return text


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of ``words``, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
