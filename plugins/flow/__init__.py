"""The steps of the flows, each an operator."""
