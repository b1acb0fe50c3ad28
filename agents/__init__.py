"""The agents: what the flows call, and the core that makes each call count once."""
