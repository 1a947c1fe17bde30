"""The contract as Python sees it, a module for each of its interfaces; here is what `types` has.

All but this file is written by `python -m generate` from `wit/`: `generate/__main__.py` says how a type
of the contract becomes one of Python. Text that holds JSON is parsed.
"""

from .types import *  # noqa: F403
