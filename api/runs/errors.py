"""What can go wrong between the facade and Airflow."""

from api.errors import FacadeError


class AirflowError(FacadeError):
    """Airflow could not be had."""


class AirflowUnavailable(AirflowError):
    """Airflow does not answer as it should at the moment."""

    retryable = True


class AirflowRefused(AirflowError):
    """Airflow answers, and says no."""
