"""Compose's ``${NAME:-default}``, nested defaults included."""

import re
from collections.abc import Iterator, Mapping

_OPENING = re.compile(r"\$(\$|\{([A-Za-z_][A-Za-z0-9_]*)(:-|\})|)")


class BadSubstitution(ValueError):
    """The text holds a substitution that is outside the subset."""


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Replace ``$$``, ``${NAME}`` and ``${NAME:-default}`` in ``text``.

    As in compose, an empty variable counts as unset where there is a default.

    Raises:
        BadSubstitution: another form, an unclosed brace, or a variable that is
            neither set nor given a default.
    """
    out: list[str] = []
    position = 0
    while found := _OPENING.search(text, position):
        out.append(text[position : found.start()])
        position = found.end()
        whole, name, mark = found.groups()
        if whole == "$":
            out.append("$")
        elif not name:
            raise BadSubstitution(f"{text!r}: only $$, ${{NAME}} and ${{NAME:-default}} are known.")
        elif mark == "}":
            out.append(_plain(name, text, variables))
        else:
            end = _closing(text, position)
            default = text[position:end]
            out.append(variables.get(name) or interpolate(default, variables))
            position = end + 1
    return "".join([*out, text[position:]])


def defaults(text: str) -> Iterator[tuple[str, str]]:
    """Each ``NAME, default`` in ``text``, innermost ones included."""
    for found in _OPENING.finditer(text):
        if found.group(3) == ":-":
            yield found.group(2), text[found.end() : _closing(text, found.end())]


def _plain(name: str, text: str, variables: Mapping[str, str]) -> str:
    try:
        return variables[name]
    except KeyError:
        raise BadSubstitution(f"{text!r}: {name} is not set.") from None


def _closing(text: str, position: int) -> int:
    """The place of the brace that closes the substitution whose default begins here."""
    depth = 1
    while position < len(text):
        if text.startswith("${", position):
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    raise BadSubstitution(f"{text!r}: a brace is not closed.")
