"""`python -m api.token --subject me --days 365`: print a bearer token."""

import argparse
import sys
import time

import jwt

from api.caller_book import AUDIENCE
from api.settings import FacadeSettings


def issue(secret: bytes, subject: str, seconds: float) -> str:
    """A token that lets its bearer act as ``subject`` for so many seconds."""
    now = int(time.time())
    claims = {"sub": subject, "aud": AUDIENCE, "iat": now, "exp": int(now + seconds)}
    return jwt.encode(claims, secret, algorithm="HS256")


def main() -> None:
    """Print one token."""
    parser = argparse.ArgumentParser(prog="python -m api.token", description=__doc__)
    parser.add_argument("--subject", required=True, help="who the bearer is")
    parser.add_argument("--days", type=float, default=30.0, help="how long it holds")
    chosen = parser.parse_args()
    settings = FacadeSettings()  # type: ignore[call-arg]  # read from the environment
    sys.stdout.write(issue(settings.secret, chosen.subject, chosen.days * 86400) + "\n")


if __name__ == "__main__":
    main()
