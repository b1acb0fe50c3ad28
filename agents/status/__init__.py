"""The task status service: what came of a dispatch, and sending again what was lost."""
