"""What Airflow needs before its first start: ``python -m plugins.prepare``.

Creates Airflow's database where there is none, brings it to the installed version, sets the
pools, and writes the password of the one user. Running it again changes nothing.
"""

import json
import os
from pathlib import Path

import psycopg
from airflow.cli.cli_parser import get_parser
from airflow.configuration import conf
from psycopg import sql
from sqlalchemy import make_url

POOLS = Path(__file__).parent / "pools.json"


def main() -> None:
    """Prepare the database, the pools and the user that the environment names."""
    create_database(conf.get_mandatory_value("database", "sql_alchemy_conn"))
    run_command("db", "migrate")
    run_command("pools", "import", str(POOLS))
    write_password(
        Path(conf.get_mandatory_value("core", "simple_auth_manager_passwords_file")),
        os.environ.get("AETHERCAST_AIRFLOW_USER", "aethercast"),
        os.environ["AETHERCAST_AIRFLOW_PASSWORD"],
    )


def create_database(url: str) -> None:
    """Create the database of an SQLAlchemy URL; the one it connects through is ``postgres``."""
    wanted = make_url(url)
    server = wanted.set(drivername="postgresql", database="postgres")
    address = server.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [wanted.database]
        ).fetchone()
        if found is None:
            name = sql.Identifier(str(wanted.database))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def run_command(*words: str) -> None:
    """Run ``airflow <words>`` in this process: a second start of Airflow costs seconds."""
    arguments = get_parser().parse_args(list(words))
    arguments.func(arguments)


def write_password(path: Path, user: str, password: str) -> None:
    """Write the file that Airflow's SimpleAuthManager reads; only its owner may."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({user: password}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
