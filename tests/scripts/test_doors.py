"""The compose file's doors fit each other: whose pages may listen, and how long leaving takes."""

import pytest
from pydantic import SecretStr

from api.origins import origin_of
from api.settings import FacadeSettings
from scripts.local.places import Places
from scripts.local.plan import make_plan
from streamer.settings import StreamerSettings
from tests.scripts.conftest import ROOT

SECRETS = {"DATABASE_PASSWORD": "d", "BROKER_PASSWORD": "b"}


@pytest.mark.parametrize(
    ("environ", "offset"),
    [({}, 0), ({}, 100), ({"AETHERCAST_PUBLIC_URL": "https://cast.example/"}, 0)],
)
def test_the_facades_pages_and_no_others_may_open_a_stream(
    environ: dict[str, str], offset: int
) -> None:
    plan = make_plan(Places(ROOT), SECRETS, environ, offset)
    named = plan.services["asf"].environment["AETHERCAST_ASF_ALLOWED_ORIGINS"]
    origins = StreamerSettings(secret_key=SecretStr("s"), asf_allowed_origins=named).origins
    public = plan.services["facade"].environment["AETHERCAST_PUBLIC_URL"]
    assert origin_of(public) in origins
    assert origins <= {
        origin_of(public), f"http://localhost:{plan.variables['API_PORT']}"
    }  # fmt: skip


def test_the_facade_may_take_its_time_to_leave() -> None:
    service = make_plan(Places(ROOT), SECRETS, {}, 0).services["facade"]
    fields = FacadeSettings.model_fields
    needed = fields["drain_seconds"].default + fields["shutdown_seconds"].default
    assert needed + 5 <= service.stop_seconds
