"""``python -m scripts.local up|down|status|logs|clean``: what the Makefile calls."""

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from scripts.local import ports
from scripts.local.account import NoServerFolder
from scripts.local.compose import UnsupportedCompose
from scripts.local.down import forget, take_down
from scripts.local.logs import NoSuchService, follow
from scripts.local.places import CHECKOUT, Places
from scripts.local.postgres import CannotCreateCluster
from scripts.local.start import ServiceFailed
from scripts.local.status import show
from scripts.local.supervisor import SupervisorDied
from scripts.local.up import bring_up

EXPECTED = (
    ports.PortTaken,
    ports.BadOffset,
    UnsupportedCompose,
    CannotCreateCluster,
    NoServerFolder,
    NoSuchService,
    ServiceFailed,
    SupervisorDied,
)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m scripts.local", description=__doc__)
    parser.add_argument("--root", type=Path, default=CHECKOUT, help="whose stack (this checkout's)")
    parser.add_argument("what", choices=("up", "down", "status", "logs", "clean"))
    return parser.parse_args()


def run(what: str, places: Places) -> int:
    """Do it; the exit code."""
    console = Console()
    if what == "up":
        bring_up(places, console)
    elif what == "down":
        take_down(places)
    elif what == "clean":
        forget(places)
    elif what == "status":
        return 0 if show(places, console) else 3
    else:
        lines = int(os.environ.get("TAIL") or 20)
        follow(places, console, os.environ.get("SERVICE", ""), lines)
    return 0


def main() -> int:
    """Do what was asked for; 1 with a message where that cannot be."""
    chosen = arguments()
    try:
        return run(chosen.what, Places(chosen.root.resolve()))
    except EXPECTED as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
