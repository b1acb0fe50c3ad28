"""What a person starts: set-up, the local stack, the command line client."""
