"""The facade: the only public door.

Validates and authenticates, creates the workflow, has Airflow run it, tells how it goes,
and hands out signed URLs of what came of it.
"""
