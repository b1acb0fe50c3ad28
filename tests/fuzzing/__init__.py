"""Schemathesis over /openapi.json: what is generated, what is mended in it, what is counted."""
