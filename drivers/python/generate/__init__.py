"""Writes the contract's types as Python declares them: see `__main__.py`."""
