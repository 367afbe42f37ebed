"""Owns manifests: numbered, hashed descriptions of a mirror at a commit, kept as a Merkle tree of directories.

Refuses to follow symlinks, submodules and LFS pointers, and to change what was once stored.
"""
