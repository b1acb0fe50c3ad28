"""`python -m api.login_link --subject me`: print a link that signs a browser in, once.

There is no other way to a login code: whoever may read the settings file may have one.
"""

import argparse
import sys

import psycopg

from api.caller_book import Caller
from api.login.secrets import hash_of, make_secret
from api.settings import FacadeSettings
from sql import Command, Statement

FIND = Statement("users/find", Caller)
WELCOME = Statement("users/welcome", Caller)
MINT = Command("login/mint")


def mint(settings: FacadeSettings, subject: str) -> str:
    """A code by which a browser becomes ``subject``'s, once."""
    code = make_secret()
    with psycopg.connect(settings.database_url, autocommit=True, connect_timeout=5) as connection:
        caller = FIND.one(connection, subject=subject) or WELCOME.one(connection, subject=subject)
        assert caller is not None
        MINT.run(
            connection, code_hash=hash_of(code), user_id=caller.user_id,
            minutes=settings.login_code_minutes,
        )  # fmt: skip
    return code


def main() -> None:
    """Print one link."""
    parser = argparse.ArgumentParser(prog="python -m api.login_link", description=__doc__)
    parser.add_argument("--subject", required=True, help="who the browser's user is")
    chosen = parser.parse_args()
    settings = FacadeSettings()  # type: ignore[call-arg]  # read from the environment
    try:
        code = mint(settings, chosen.subject)
    except psycopg.Error as problem:
        sys.stderr.write(f"No link could be made: {problem}\n")
        raise SystemExit(1) from None
    sys.stdout.write(f"{settings.public_url}/login?code={code}\n")


if __name__ == "__main__":
    main()
