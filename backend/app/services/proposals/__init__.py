"""Owns what may change code: hunks, digests, decisions, application and undo.

Refuses to change anything that nobody approved, or that is no longer what was approved.
"""
