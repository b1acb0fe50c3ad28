"""The local runner: docker-compose.yaml as processes of this machine."""
