"""Owns projects and who may do what in them; `access.require_project` is the only door. Refuses to touch git."""
