"""The top floor: configuration, command line and service; the only room that knows all others, and wires them once."""
