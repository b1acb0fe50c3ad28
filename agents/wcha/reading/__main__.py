"""``python -m agents.wcha.reading SETTINGS``: a reader, spoken to through file descriptor 3."""

import gc
import json
import sys
from multiprocessing.connection import Connection

from agents.wcha.reading.child import serve
from agents.wcha.reading.warm import warm, warm_feeds
from agents.wcha.settings import HarvestSettings


def main() -> None:
    """Load what feeds need, then serve; the settings are the starter's, not this environment's."""
    pipe: Connection[bytes, bytes] = Connection(3)
    warm_feeds()
    warm()
    # What is there stays: a child that is forked copies no page only to count references.
    gc.collect()
    gc.freeze()
    serve(pipe, HarvestSettings.model_construct(**json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
