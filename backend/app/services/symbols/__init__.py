"""Owns the symbol graph of mirrors: what each file defines, imports and mentions, and what that leads to.

Refuses to read a working copy, to run code, and to call certain what syntax alone cannot tell.
"""
