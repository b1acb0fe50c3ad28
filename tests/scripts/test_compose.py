"""The compose file stays inside the subset that both of its readers understand."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.local import compose
from scripts.local.compose import UnsupportedCompose
from scripts.local.interpolation import BadSubstitution, defaults, interpolate
from tests.scripts.conftest import ROOT, SMALL

COMPOSE = ROOT / "docker-compose.yaml"
SECRETS = {"DATABASE_PASSWORD": "d", "BROKER_PASSWORD": "b"}

OUTSIDE: list[tuple[str, Any]] = [
    ("command", "python -m api"),
    ("command", ["python", 1]),
    ("command", []),
    ("entrypoint", ["sh"]),
    ("network_mode", "host"),
    ("deploy", {"replicas": 2}),
    ("profiles", ["later"]),
    ("extends", {"service": "facade"}),
    ("environment", ["A=b"]),
    ("environment", {"A": 1}),
    ("env_file", ".env"),
    ("depends_on", ["postgres"]),
    ("depends_on", {"postgres": {"condition": "service_healthy", "restart": True}}),
    ("healthcheck", {"test": ["CMD-SHELL", "curl localhost"]}),
    ("healthcheck", {"test": "curl localhost"}),
    ("healthcheck", {"disable": True}),
    ("ports", [8000]),
    ("ports", [{"target": 8000}]),
    ("restart", "always"),
    ("stop_grace_period", "1h"),
    ("volumes", [{"type": "bind"}]),
]


def write(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "docker-compose.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def test_ours_is_inside_the_subset_and_names_every_process() -> None:
    services = compose.read(COMPOSE, SECRETS)
    assert set(services) == {
        "postgres", "redis", "migrate", "airflow-init", "library-load",
        "airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer",
        "aims", "agents", "worker-pswa", "worker-vfa", "worker-iga", "worker-cards",
        "asf", "facade",
    }  # fmt: skip
    once = {name for name, service in services.items() if service.one_shot}
    assert once == {"migrate", "airflow-init", "library-load"}
    assert services["facade"].health[-1].endswith(":8000/readyz")


def test_ours_checks_health_in_python_and_publishes_on_the_loopback_only() -> None:
    for name, body in compose.load(COMPOSE)["services"].items():
        test = body.get("healthcheck", {}).get("test")
        if name not in ("postgres", "redis") and test:
            assert test[:4] == ["CMD", "python", "-m", "scripts.local.probe"]
        for entry in body.get("ports", []):
            assert entry.startswith("127.0.0.1:"), f"{name} is open to the network"


def test_in_containers_services_find_each_other_by_name_on_the_usual_ports() -> None:
    facade = compose.read(COMPOSE, SECRETS)["facade"]
    assert facade.environment["AETHERCAST_AIMS_URL"] == "http://aims:8030"
    assert facade.environment["AETHERCAST_DATABASE_URL"] == (
        "postgresql://aethercast:d@postgres:45432/aethercast"
    )
    services = compose.load(COMPOSE)["services"]
    for _, default in defaults(COMPOSE.read_text(encoding="utf-8")):
        if default.isalpha() and default != "app":
            assert default in services


@pytest.mark.parametrize(("key", "value"), OUTSIDE)
def test_whatever_is_outside_the_subset_is_refused(key: str, value: Any, tmp_path: Path) -> None:
    document = copy.deepcopy(SMALL)
    document["services"]["web"][key] = value  # type: ignore[index]
    with pytest.raises(UnsupportedCompose, match="web"):
        compose.read(write(tmp_path, document), SECRETS)


@pytest.mark.parametrize("key", ["networks", "secrets", "configs", "include"])
def test_other_sections_are_refused(key: str, tmp_path: Path) -> None:
    document = {**copy.deepcopy(SMALL), key: {}}
    with pytest.raises(UnsupportedCompose, match=key):
        compose.read(write(tmp_path, document), SECRETS)


@pytest.mark.parametrize(
    ("dependency", "why"),
    [
        ({"nobody": {"condition": "service_started"}}, "not there"),
        ({"migrate": {"condition": "service_started"}}, "waits for migrate"),
        ({"redis": {"condition": "service_completed_successfully"}}, "waits for redis"),
        ({"runaway": {"condition": "service_healthy"}}, "no health check"),
    ],
)
def test_dependencies_that_cannot_be_met_are_refused(
    dependency: dict[str, Any], why: str, tmp_path: Path
) -> None:
    document = copy.deepcopy(SMALL)
    document["services"]["migrate"]["restart"] = "no"  # type: ignore[index]
    document["services"]["web"]["depends_on"] = dependency  # type: ignore[index]
    with pytest.raises(UnsupportedCompose, match=why):
        compose.read(write(tmp_path, document), SECRETS)


def test_env_files_are_below_the_environment_and_later_ones_above_earlier(tmp_path: Path) -> None:
    document = copy.deepcopy(SMALL)
    document["services"]["web"]["env_file"] = ["one.env", "two.env", "missing.env"]  # type: ignore[index]
    (tmp_path / "one.env").write_text("# A=0\nA=1\nB='two words'\nexport C=3 # why\n\nnothing\n")
    (tmp_path / "two.env").write_text("A=2\nEMPTY=\nJSON='{\"a\": 1}'\n")
    web = compose.read(write(tmp_path, document), SECRETS)["web"]
    assert web.defaults == {"A": "2", "B": "two words", "C": "3", "EMPTY": "", "JSON": '{"a": 1}'}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("plain", "plain"),
        ("${A}", "1"),
        ("a${A:-9}b", "a1b"),
        ("${NONE:-9}", "9"),
        ("${EMPTY:-9}", "9"),
        ("${EMPTY}", ""),
        ("${NONE:-}", ""),
        ("${NONE:-x${A}y${NONE:-z}}!", "x1yz!"),
        ("${A:-${NONE}}", "1"),
        ("$$A costs $$5", "$A costs $5"),
        ("${B}", "${A}"),
    ],
)
def test_substitution_is_that_of_compose(text: str, meaning: str) -> None:
    assert interpolate(text, {"A": "1", "EMPTY": "", "B": "${A}"}) == meaning


@pytest.mark.parametrize("text", ["$A", "${A", "${NONE}", "${A:?no}", "${A-x}", "${A:-${B}", "${}"])
def test_other_substitutions_are_refused(text: str) -> None:
    with pytest.raises(BadSubstitution):
        interpolate(text, {"A": ""})


@pytest.mark.parametrize(("text", "seconds"), [("10s", 10), ("2m", 120), ("1m30s", 90)])
def test_durations(text: str, seconds: int) -> None:
    assert compose.duration(text) == seconds
