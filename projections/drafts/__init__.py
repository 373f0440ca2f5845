"""Texts for what is owed: one template a kind and language, ours or the user's own, filled with what is known.

Pure but for reading our own templates from this folder; the user's come in as text.
"""

from .about import About
from .languages import language
from .manner import Manner, manner_of
from .names import shown_name
from .phrases import joined, role_of
from .writer import TO_ONESELF, Writer

__all__ = ["TO_ONESELF", "About", "Manner", "Writer", "joined", "language", "manner_of", "role_of", "shown_name"]
