"""What the client knows and trusts, whatever the service at the other end."""

from pathlib import Path

import pytest

from agents.aims.client import AimsClient
from agents.aims.errors import AimsUnavailable
from tests.agents.aims.conftest import TOKEN
from tests.agents.wcha.test_hostile_servers import Authority, secure_server


@pytest.mark.parametrize("scheme", ["https", "HTTPS", "Https"])
def test_a_service_that_cannot_prove_itself_is_told_nothing(tmp_path: Path, scheme: str) -> None:
    with secure_server(Authority(tmp_path).context("localhost")) as port:
        client = AimsClient(f"{scheme}://localhost:{port}", TOKEN)
        with pytest.raises(AimsUnavailable, match=r"(?i)certificate"):
            client.state("a key", deadline_seconds=0.5)
        client.close()
