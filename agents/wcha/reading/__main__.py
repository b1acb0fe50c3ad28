"""``python -m agents.wcha.reading SETTINGS``: a reader, spoken to through file descriptor 3."""

import json
import sys
from multiprocessing.connection import Connection

from agents.wcha.reading.child import serve
from agents.wcha.reading.warm import warm_feeds
from agents.wcha.settings import HarvestSettings


def main() -> None:
    """Load what feeds need, then serve; the settings are the starter's, not this environment's."""
    pipe: Connection[bytes, bytes] = Connection(3)
    warm_feeds()
    serve(pipe, HarvestSettings.model_construct(**json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
