"""One agent call as a task: the operator submits, the hook does the I/O, the trigger only reads."""
