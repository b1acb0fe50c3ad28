"""`make bench`: what Airflow adds to the work, under our settings and under its defaults."""
