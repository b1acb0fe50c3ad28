"""An operator: Airflow through its REST API."""

import httpx

from tests.acceptance.api import Document
from tests.acceptance.conftest import Stack


class Airflow:
    """Airflow's REST API, as an operator uses it."""

    def __init__(self, stack: Stack) -> None:
        password = stack.settings["AETHERCAST_AIRFLOW_PASSWORD"]
        self.client = httpx.Client(base_url=stack.url(8080), timeout=30)
        login = {"username": "aethercast", "password": password}
        token = self.client.post("/auth/token", json=login).json()["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Document:
        """One resource."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        found: Document = answer.json()
        return found
