"""Any flow's state, whatever it makes."""
