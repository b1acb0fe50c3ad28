"""What /metrics tells Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "aethercast_facade_requests_total", "Requests answered.",
    ["method", "route", "status"], registry=REGISTRY,
)  # fmt: skip
SECONDS = Histogram(
    "aethercast_facade_request_seconds", "Time to the first byte of the answer.",
    ["method", "route"], registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
ACCEPTED = Counter(
    "aethercast_podcasts_accepted_total", "Podcasts accepted; replays not counted.",
    registry=REGISTRY,
)  # fmt: skip
LIMITED = Counter(
    "aethercast_facade_limited_total", "Requests turned away by a limit or a quota.",
    ["limit"], registry=REGISTRY,
)  # fmt: skip
TRIGGERS = Counter(
    "aethercast_triggers_total", "Attempts to have Airflow run a workflow, by outcome.",
    ["outcome"], registry=REGISTRY,
)  # fmt: skip
RECONCILED = Counter(
    "aethercast_workflows_reconciled_total",
    "Workflows closed because their run in Airflow had ended.",
    ["status"], registry=REGISTRY,
)  # fmt: skip
WORKFLOWS = Gauge(
    "aethercast_workflows", "Workflows by status.", ["status"], registry=REGISTRY
)  # fmt: skip


def render() -> bytes:
    """The metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
