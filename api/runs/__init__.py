"""Has Airflow run what was accepted, and keeps our tables true to what it ran."""
