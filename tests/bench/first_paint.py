"""``python -m tests.bench.first_paint``: seconds until the landing page first shows something.

The page of 13 cards with pictures, served on this machine to a real Chromium: each visit once with
an empty browser's cache, as on a first visit, and once with a full one. The figure is the browser's
own (Paint Timing, `first-contentful-paint`); it judges nothing.
"""

import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.api.web.chromium import Page, find_chromium, open_browser
from tests.api.web.landing.hall import SETTLED, open_hall, sign_in
from tests.bench.servers import Servers
from tests.conftest import create_database, migrate

CARDS = 16
RUNS = 10
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def visit(page: Page, url: str) -> float:
    """Milliseconds from the wish to go there to the first text or picture."""
    page.open(url)
    page.wait(SETTLED)
    return float(page.wait(PAINTED))


def tell(what: str, taken: list[float]) -> None:
    """A line of the table."""
    print(f"{what:24} first contentful paint p50 {statistics.median(taken):4.0f} ms,"
          f" worst {max(taken):4.0f} ms of {len(taken)}", flush=True)  # fmt: skip


def main() -> int:
    """Start what is needed, measure, print, end it."""
    program = find_chromium()
    if program is None:
        raise SystemExit("No Chromium on this machine.")
    with TemporaryDirectory() as name:
        folder, servers = Path(name), Servers(Path(name))
        try:
            url = create_database(servers.start_data())
            migrate(url)
            with (
                open_hall(url, folder, CARDS) as hall,
                open_browser(program, folder / "chromium") as browser,
                browser.tab() as page,
            ):
                address = f"{sign_in(page, hall.facade).facade.url}/"
                first, again = [], []
                for _ in range(RUNS):
                    page.send("Network.clearBrowserCache")
                    first.append(visit(page, address))
                    again.append(visit(page, address))
        finally:
            servers.end()
    tell("first visit", first)
    tell("with a full cache", again)
    return 0


if __name__ == "__main__":
    sys.exit(main())
