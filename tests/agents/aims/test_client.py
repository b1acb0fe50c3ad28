"""What the client knows and trusts, whatever the service at the other end."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from agents.aims.client import AimsClient
from agents.aims.errors import AimsUnavailable
from tests.agents.model_service import TOKEN
from tests.agents.slow_models import serve_slowly
from tests.agents.wcha.test_hostile_servers import Authority, secure_server


@pytest.mark.parametrize("scheme", ["https", "HTTPS", "Https"])
def test_a_service_that_cannot_prove_itself_is_told_nothing(tmp_path: Path, scheme: str) -> None:
    with secure_server(Authority(tmp_path).context("localhost")) as port:
        client = AimsClient(f"{scheme}://localhost:{port}", TOKEN)
        with pytest.raises(AimsUnavailable, match=r"(?i)certificate"):
            client.state("a key", deadline_seconds=0.5)
        client.close()


def test_a_service_that_was_away_is_asked_again_which_models_it_has() -> None:
    with serve_slowly() as models:
        client = AimsClient(models.url, TOKEN)
        assert client.models("heart")["heart"] == "slow"
        assert client.models("heart")["heart"] == "slow"
        assert models.asked == ["GET /v1/voices"], "what is known need not be asked"
        port = urlsplit(models.url).port
    with pytest.raises(AimsUnavailable):
        client.state("a key", deadline_seconds=0.5)
    with serve_slowly(port) as models:
        client.models("heart")
        assert models.asked == ["GET /v1/voices"]
    client.close()
