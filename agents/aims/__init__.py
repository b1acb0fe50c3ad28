"""AIMS: the service that serves the models, text and speech, over HTTP."""
