"""Owns mirrors: where they come from, when they are synced, and the history of it.

Refuses to write a mirror outside the repo_sync role, and never shows a credential.
"""
