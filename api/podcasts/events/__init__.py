"""A podcast's progress as server-sent events: told as it happens, resumed where it broke off."""
