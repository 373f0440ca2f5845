"""The command line: one module for each group of commands, each imported when one of its commands is called."""

from .program import main

__all__ = ["main"]
