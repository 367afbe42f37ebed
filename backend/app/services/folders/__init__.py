"""Owns folder syncs: a project without a repository gets its contents from a person's folder, by difference.

Refuses folders that no repository should hold, and never says what another project holds.
"""
