"""Moves a symbol of a module to another one: cut, pasted, and every import mended."""
