"""What the supervisor reads is what the compose file says, as its own parser sees it."""

import shlex
import shutil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from supervisor.options import ServerOptions  # type: ignore[import-untyped]

from scripts.local.compose import Service, UnsupportedCompose
from scripts.local.places import Places
from scripts.local.plan import Plan, make_plan
from scripts.local.postgres import server_command
from scripts.local.translation import MARKER, supervisor_configuration
from tests.scripts.conftest import ROOT

SECRETS = {"DATABASE_PASSWORD": "d%(x)s", "BROKER_PASSWORD": "b"}
OURS = Places(ROOT)


def our_plan(places: Places = OURS, offset: int = 0, **environ: str) -> Plan:
    return make_plan(places, SECRETS, environ, offset)


def as_the_supervisor_reads_it(text: str, places: Places) -> dict[str, Any]:
    """Each program of a configuration, by the supervisor's own parser."""
    path = places.configuration
    path.write_text(text)
    options = ServerOptions()
    options.realize(["-c", str(path)])
    return {
        one.name: one for group in options.process_group_configs for one in group.process_configs
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """A folder with our compose file, ready for a supervisor."""
    root = tmp_path_factory.mktemp("a house")
    (root / "plugins").mkdir()
    for name in ("docker-compose.yaml", "plugins/airflow.env"):
        shutil.copy(ROOT / name, root / name)
    places = Places(root)
    places.create()
    return places


def test_every_service_becomes_one_program_with_its_command_and_settings(house: Places) -> None:
    plan = our_plan(house)
    programs = as_the_supervisor_reads_it(supervisor_configuration(plan), house)
    assert set(programs) == set(plan.services)
    for name, service in plan.services.items():
        program = programs[name]
        settings = {**service.defaults, **service.environment, MARKER: str(house.root)}
        assert program.environment == settings
        assert tuple(shlex.split(program.command)) == service.command
        assert program.autostart is False
        assert bool(program.autorestart) is not service.one_shot
        assert program.stopwaitsecs == service.stop_seconds
        assert program.redirect_stderr
        assert program.stdout_logfile_maxbytes
        assert program.stdout_logfile_backups


def test_passwords_with_percent_signs_survive(house: Places) -> None:
    programs = as_the_supervisor_reads_it(supervisor_configuration(our_plan(house)), house)
    url = programs["facade"].environment["AETHERCAST_DATABASE_URL"]
    assert url == "postgresql://aethercast:d%(x)s@127.0.0.1:45432/aethercast"


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30
)


@settings(max_examples=60, deadline=None)
@given(
    arguments=st.lists(texts, min_size=1, max_size=4),
    environment=st.dictionaries(st.sampled_from("ABC"), texts),
)
def test_any_command_and_setting_arrives_or_is_refused(
    house: Places, arguments: list[str], environment: dict[str, str]
) -> None:
    command = ("/bin/echo", *arguments)
    plan = Plan(house, {"one": Service("one", command, environment=environment)}, {}, 0)
    try:
        text = supervisor_configuration(plan)
    except UnsupportedCompose:
        return
    program = as_the_supervisor_reads_it(text, house)["one"]
    assert program.environment == {**environment, MARKER: str(house.root)}
    assert tuple(shlex.split(program.command)) == command


@pytest.mark.parametrize("value", ["two\nlines", "a ;comment", "a #comment", 'it\'s "both"', "'q'"])
def test_what_the_configuration_cannot_carry_is_refused(value: str) -> None:
    service = Service("one", ("/bin/true",), environment={"A": value})
    with pytest.raises(UnsupportedCompose):
        supervisor_configuration(Plan(OURS, {"one": service}, {}, 0))


def test_the_environment_goes_before_env_files_and_below_what_compose_fixes() -> None:
    plan = our_plan(
        AETHERCAST_TEXT_BACKEND="vertex",
        AETHERCAST_AIMS_URL="http://elsewhere",
        AIRFLOW__CORE__PARALLELISM="3",
        SHELL="/bin/zsh",
    )
    scheduler = plan.services["airflow-scheduler"]
    assert scheduler.defaults["AETHERCAST_TEXT_BACKEND"] == "vertex"
    assert scheduler.defaults["AIRFLOW__CORE__PARALLELISM"] == "3"
    assert scheduler.environment["AETHERCAST_AIMS_URL"] == "http://127.0.0.1:8030"
    assert "SHELL" not in scheduler.defaults


def test_real_servers_take_the_place_of_ours_for_everybody() -> None:
    url = "postgresql://u:p@db.example:5433/cast?sslmode=require"
    plan = our_plan(AETHERCAST_DATABASE_URL=url, AETHERCAST_BROKER_URL="redis://mq.example/3")
    assert not {"postgres", "redis"} & set(plan.services)
    for service in plan.services.values():
        assert not {"postgres", "redis"} & set(service.depends_on)
    facade = plan.services["facade"].environment
    assert facade["AETHERCAST_DATABASE_URL"] == url
    assert facade["AETHERCAST_BROKER_URL"] == "redis://mq.example/3"
    airflow = plan.services["airflow-scheduler"].environment
    assert airflow["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == (
        "postgresql+psycopg2://u:p@db.example:5433/airflow?sslmode=require"
    )
    assert plan.services["migrate"].environment["DATABASE_URL"] == url


def test_the_servers_from_wheels_listen_where_compose_says() -> None:
    plan = our_plan(offset=5)
    data = OURS.servers / "postgres"
    assert plan.services["postgres"].command == tuple(server_command(data, 45437))
    assert plan.services["postgres"].stop_signal == "SIGINT"
    assert plan.services["redis"].ports == (46384,)
