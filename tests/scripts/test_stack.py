"""The local runner with real processes: start, restart, recovery, end."""

import os
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis
import yaml

from scripts.local.compose import read_environment
from scripts.local.ports import in_use
from scripts.local.processes import descendants, end
from scripts.local.supervisor import Supervisor
from tests.scripts.conftest import SmallStack


def wait_for_another(stack: SmallStack, service: str, pid: int) -> int:
    for _ in range(200):
        if (now := stack.pids().get(service)) and now != pid:
            return now
        time.sleep(0.05)
    raise TimeoutError(f"{service} was not started again")


def family(stack: SmallStack) -> list[psutil.Process]:
    return descendants(Supervisor(stack.places).pid)


def alive(processes: list[psutil.Process]) -> list[str]:
    return [
        " ".join(one.cmdline())
        for one in processes
        if one.is_running() and one.status() != psutil.STATUS_ZOMBIE
    ]


def connect(stack: SmallStack) -> "psycopg.Connection[tuple[object, ...]]":
    password = read_environment(stack.places.settings)["DATABASE_PASSWORD"]
    port = 45432 + stack.offset
    return psycopg.connect(
        f"postgresql://aethercast:{password}@127.0.0.1:{port}/postgres", autocommit=True
    )


def test_up_twice_then_down_leaves_nothing(small_stack: SmallStack) -> None:
    assert small_stack.local("status").returncode == 3
    small_stack.up()
    secrets = small_stack.places.settings.read_text()
    first = small_stack.pids()
    assert set(first) == {"postgres", "redis", "web", "runaway"}
    assert all(in_use(port) for port in small_stack.ports)

    small_stack.up()
    assert small_stack.pids() == first
    assert small_stack.places.settings.read_text() == secrets

    everyone = family(small_stack)
    assert len(everyone) > 6  # the supervisor, four services, the runaway's child, backends
    down = small_stack.local("down")
    assert down.returncode == 0, down.stderr
    assert alive(everyone) == []
    assert [port for port in small_stack.ports if in_use(port)] == []
    assert small_stack.local("down").returncode == 0


def test_secrets_are_for_the_owner_alone(running_stack: SmallStack) -> None:
    places = running_stack.places
    assert stat.S_IMODE(places.settings.stat().st_mode) == 0o600
    rooms = [places.state / name for name in ("media", "airflow", "logs")]
    for private in (places.configuration, places.socket, *rooms):
        assert stat.S_IMODE(private.stat().st_mode) & 0o077 == 0
    command_lines = " ".join(alive(family(running_stack)))
    for name in ("DATABASE_PASSWORD", "BROKER_PASSWORD"):
        assert read_environment(places.settings)[name] not in command_lines


def test_servers_ask_for_their_password_and_are_not_root(running_stack: SmallStack) -> None:
    with connect(running_stack) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    port = 45432 + running_stack.offset
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://aethercast@127.0.0.1:{port}/postgres", connect_timeout=5)
    client = redis.Redis(port=46379 + running_stack.offset)
    with pytest.raises(redis.AuthenticationError):
        client.ping()
    for name in ("postgres", "redis"):
        assert psutil.Process(running_stack.pids()[name]).uids().real != 0


def test_status_tells_how_it_is(running_stack: SmallStack) -> None:
    status = running_stack.local("status", COLUMNS="160")
    assert status.returncode == 0, status.stdout
    web = next(line for line in status.stdout.splitlines() if line.startswith("web"))
    assert str(running_stack.pids()["web"]) in web
    assert str(8000 + running_stack.offset) in web
    assert web.split()[-1] == "ok"


def test_logs_name_the_services_there_are(running_stack: SmallStack) -> None:
    unknown = running_stack.local("logs", SERVICE="nobody")
    assert unknown.returncode == 1
    assert "There are: " in unknown.stderr
    assert "web" in unknown.stderr


def test_what_is_killed_comes_back(small_stack: SmallStack) -> None:
    small_stack.up()
    for name in ("web", "postgres"):
        pid = small_stack.pids()[name]
        os.kill(pid, signal.SIGKILL)
        wait_for_another(small_stack, name, pid)
    small_stack.up()
    with connect(small_stack) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


FAMILY = """
import subprocess, sys
print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True)
import http.server
http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')
"""


def test_what_dies_takes_its_children_with_it(small_stack: SmallStack) -> None:
    compose = small_stack.places.compose
    document = yaml.safe_load(compose.read_text())
    document["services"]["web"]["command"] = ["python", "family.py", "${API_PORT:-8000}"]
    compose.write_text(yaml.safe_dump(document, sort_keys=False))
    (small_stack.places.root / "family.py").write_text(FAMILY)
    small_stack.up()
    pid = small_stack.pids()["web"]
    children = psutil.Process(pid).children()
    assert len(children) == 1
    os.kill(pid, signal.SIGKILL)
    wait_for_another(small_stack, "web", pid)
    psutil.wait_procs(children, 5)
    assert alive(children) == []


def test_a_killed_supervisor_is_cleared_away(small_stack: SmallStack) -> None:
    small_stack.up()
    with connect(small_stack) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    orphans = [one for one in family(small_stack) if one.name() != "supervisord"]
    pid = Supervisor(small_stack.places).pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([one for one in orphans if one.pid == pid], 5)
    try:
        small_stack.up()
        with connect(small_stack) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
        servers = {small_stack.pids()["postgres"], small_stack.pids()["redis"]}
        assert not servers & {one.pid for one in orphans}
    finally:
        end(orphans)  # the runaway bears no mark, and its supervisor is gone: only we know it


def test_a_crashed_database_starts_though_its_process_id_was_given_away(
    small_stack: SmallStack,
) -> None:
    small_stack.up()
    lock = small_stack.places.servers / "postgres" / "postmaster.pid"
    written = lock.read_bytes()
    small_stack.local("down")
    somebody = subprocess.Popen(["sleep", "600"], **_as_owner_of(lock.parent))
    try:
        lines = written.splitlines(keepends=True)
        lock.write_bytes(b"%d\n" % somebody.pid + b"".join(lines[1:]))
        os.chown(lock, lock.parent.stat().st_uid, lock.parent.stat().st_gid)
        small_stack.up()
        assert somebody.poll() is None
    finally:
        somebody.kill()
        somebody.wait()


def _as_owner_of(folder: Path) -> dict[str, Any]:
    owner = folder.stat()
    if os.geteuid() != 0:
        return {}
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def test_one_shots_are_skipped_while_the_databases_are_the_same(small_stack: SmallStack) -> None:
    ran = small_stack.places.root / "migrated"
    small_stack.up()
    assert ran.read_text() == "once "
    with connect(small_stack) as connection:
        connection.execute("CREATE DATABASE airflow")
    small_stack.local("down")
    small_stack.up()  # the databases are not those it completed on
    assert ran.read_text() == "once once "
    small_stack.local("down")
    small_stack.up()
    assert ran.read_text() == "once once "


def test_a_taken_port_is_named_and_nothing_starts(small_stack: SmallStack) -> None:
    port = 46379 + small_stack.offset
    with subprocess.Popen(
        ["python3", "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as squatter:
        try:
            while not in_use(port):
                time.sleep(0.05)
            done = small_stack.local("up")
        finally:
            squatter.kill()
    assert done.returncode == 1
    assert f"port {port}, which redis needs, is taken" in done.stderr
    assert str(squatter.pid) in done.stderr
    assert "AETHERCAST_PORT_OFFSET" in done.stderr
    assert Supervisor(small_stack.places).pid is None


def test_a_failing_one_shot_ends_the_start_with_its_own_words(small_stack: SmallStack) -> None:
    compose = small_stack.places.compose
    harmless = "open('migrated', 'a').write('once ')"
    text = compose.read_text()
    assert harmless in text
    compose.write_text(text.replace(harmless, "raise SystemExit('no such column')"))
    done = small_stack.local("up")
    assert done.returncode == 1
    assert "migrate: ended with 1" in done.stderr
    assert "no such column" in done.stderr


def test_another_offset_starts_it_anew_elsewhere(small_stack: SmallStack) -> None:
    small_stack.up()
    before = small_stack.ports
    small_stack.offset += 7
    small_stack.up()
    assert all(in_use(port) for port in small_stack.ports)
    assert [port for port in before if in_use(port)] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers change their account")
def test_root_s_servers_run_though_nobody_can_enter_the_checkout(small_stack: SmallStack) -> None:
    small_stack.places.root.chmod(0o700)
    small_stack.up()
    elsewhere = small_stack.places.servers
    assert small_stack.places.root not in elsewhere.parents
    with connect(small_stack) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    small_stack.local("clean")
    assert not elsewhere.exists()
    assert [port for port in small_stack.ports if in_use(port)] == []


def test_real_servers_are_used_in_place_of_ours(
    small_stack: SmallStack, database_url: str, redis_url: str
) -> None:
    small_stack.up(AETHERCAST_DATABASE_URL=database_url, AETHERCAST_BROKER_URL=redis_url)
    assert set(small_stack.pids()) == {"web", "runaway"}
