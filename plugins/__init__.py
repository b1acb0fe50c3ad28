"""The orchestrator (CPOA) inside Airflow: operators, hook, trigger, listener, configuration."""
