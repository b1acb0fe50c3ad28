"""Addresses: web pages, e-mail, handles, hashtags, file names."""

import re

from agents.aims.speech.normalise.rule import Rule, rule

_ENDINGS = (
    "com|org|net|edu|gov|int|info|io|ai|dev|app|uk|de|fr|eu|us|ca|au|ch|nl|se|no|jp|in|br|tv|fm|me"
)
_HOST = rf"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?:{_ENDINGS})"
_STOP = r"(?<![.,;:!?)\]'\"])"
LONGEST_PATH = 40


def _spoken(address: str) -> str:
    named = re.sub(r"[?#].*$", "", address).strip("/")
    host, _, path = named.partition("/")
    place = f"{host}/{path}" if path and len(path) <= LONGEST_PATH else host
    signs = {".": " dot ", "/": " slash ", "-": " dash ", "_": " underscore ", "@": " at "}
    spoken = "".join(signs.get(sign, sign) for sign in place.removeprefix("www."))
    return f" {re.sub(r'[^A-Za-z0-9 ]', ' ', spoken)} "


RULES: list[Rule] = [
    rule(rf"\bhttps?://([^\s<>\"]+){_STOP}", lambda match: _spoken(match.group(1)), re.IGNORECASE),
    rule(
        r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        lambda match: _spoken(match.group()),
    ),
    rule(
        rf"(?<![\w@.])(?:www\.)?{_HOST}(?:/[^\s<>\"]*{_STOP})?(?![\w-])",
        lambda match: _spoken(match.group()),
        re.IGNORECASE,
    ),
    rule(r"(?<!\w)@(?=[A-Za-z_])", "at "),
    rule(r"(?<![\w&])#(?=[A-Za-z])", "hashtag "),
]
