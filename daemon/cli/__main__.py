"""`python -m daemon.cli` is `afterword`."""

from . import main

main()
