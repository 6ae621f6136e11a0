"""What is handed over: text, JSON, figures and the results folder. Nothing is computed here."""

from __future__ import annotations

import logging

# Matplotlib warns in two long lines of a cache folder that it cannot write, and does without.
logging.getLogger("matplotlib").addFilter(lambda record: record.levelno > logging.WARNING)
