"""The token that a model of Google's is asked with."""

from typing import Any

from pydantic import SecretStr

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class GoogleToken:
    """The one that was given; else one of the application default credentials, renewed when stale.

    ``missing`` is what is raised where there are no credentials, ``away`` where Google gives no
    token for them.
    """

    def __init__(self, given: SecretStr, missing: type[Exception], away: type[Exception]) -> None:
        self._given = given.get_secret_value()
        self._missing = missing
        self._away = away
        self._credentials: Any = None

    def read(self) -> str:
        """The token. Raises ``missing`` or ``away``."""
        return self._given or self._default()

    def _default(self) -> str:
        import google.auth
        import google.auth.exceptions
        import google.auth.transport.requests

        try:
            if self._credentials is None:
                self._credentials, _ = google.auth.default(scopes=[_SCOPE])
            if not self._credentials.valid:
                self._credentials.refresh(google.auth.transport.requests.Request())
        except google.auth.exceptions.DefaultCredentialsError:
            raise self._missing("Google's default credentials are missing.") from None
        except google.auth.exceptions.GoogleAuthError as error:
            kind = type(error).__name__
            raise self._away(f"Google gave us no access token ({kind}).") from None
        return str(self._credentials.token)
