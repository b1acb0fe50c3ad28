"""The grounded writer: a two-host dialogue lifted out of the sources, without a model.

It chooses, orders and attributes sentences of the sources and writes only dialogue that claims
nothing around them. Everything here is deterministic.
"""
