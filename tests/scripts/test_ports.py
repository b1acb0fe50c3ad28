"""AETHERCAST_PORT_OFFSET moves every port there is."""

import re
import socket
import struct

import pytest

from scripts.local.compose import Service
from scripts.local.interpolation import defaults
from scripts.local.places import Places
from scripts.local.plan import make_plan
from scripts.local.ports import BadOffset, PortTaken, check_free, holder, in_use, parse_offset
from scripts.local.translation import supervisor_configuration
from tests.scripts.conftest import ROOT

COMPOSE = ROOT / "docker-compose.yaml"
SECRETS = {"DATABASE_PASSWORD": "d", "BROKER_PASSWORD": "b"}
USUAL = {
    "API_PORT": 8000,
    "ASF_PORT": 8010,
    "AGENTS_PORT": 8020,
    "AIMS_PORT": 8030,
    "AIRFLOW_PORT": 8080,
    "AIRFLOW_WORKER_LOG_PORT": 8793,
    "AIRFLOW_TRIGGER_LOG_PORT": 8794,
    "DATABASE_PORT": 45432,
    "BROKER_PORT": 46379,
}


def test_the_usual_ports_are_those_that_are_documented() -> None:
    found = {
        name: int(default)
        for name, default in defaults(COMPOSE.read_text(encoding="utf-8"))
        if name.endswith("_PORT")
    }
    assert found == USUAL


def test_an_offset_moves_every_port_and_leaves_none_behind() -> None:
    plan = make_plan(Places(ROOT), SECRETS, {}, 137)
    listening = {port for service in plan.services.values() for port in service.ports}
    assert listening == {port + 137 for port in USUAL.values()}
    written = supervisor_configuration(plan)
    for port in USUAL.values():
        assert not re.search(rf"(?<!\d){port}(?!\d)", written), f"{port} is still there"


@pytest.mark.parametrize("text", ["x", "1.5", "1e3"])
def test_an_offset_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadOffset, match="whole number"):
        parse_offset(text)


@pytest.mark.parametrize("offset", [30000, -7500])
def test_an_offset_that_leaves_the_range_is_refused(offset: int) -> None:
    with pytest.raises(BadOffset, match="would put"):
        make_plan(Places(ROOT), SECRETS, {}, offset)


def test_a_taken_port_is_told_with_who_needs_it_and_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert in_use(port)
        assert "pytest" in holder(port) or "python" in holder(port)
        services = [Service("aims", ("x",), ports=(port,)), Service("idle", ("x",))]
        with pytest.raises(PortTaken) as told:
            check_free(services, 100, print)
    assert f"port {port}, which aims needs" in str(told.value)
    assert "AETHERCAST_PORT_OFFSET=200 make up" in str(told.value)


def test_a_port_of_an_outgoing_connection_is_waited_for() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        port = client.getsockname()[1]
        assert in_use(port)

        def say(words: str) -> None:
            said.append(words)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()  # with a reset, so that the port is free at once

        check_free([Service("postgres", ("x",), ports=(port,))], 0, say)
    assert [str(port) in words for words in said] == [True]
