"""A link that signs a browser in at the facade that runs."""

import os
import subprocess
import sys

from scripts.local.plan import Plan

SUBJECT = "local"
"""The person at this machine; the token in .aethercast/token is theirs too."""


def login_link(plan: Plan) -> str | None:
    """A fresh link, good once and for some minutes; None where none can be made just now."""
    facade = plan.services.get("facade")
    if facade is None:
        return None
    done = subprocess.run(
        [sys.executable, "-m", "api.login_link", "--subject", SUBJECT],
        cwd=plan.places.root,
        env={**os.environ, **facade.defaults, **facade.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.stdout.decode().strip() or None
