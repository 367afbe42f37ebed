"""Owns browsing: folders and files of a mirror at any ref, read from git's object store.

Refuses to follow symlinks, submodules and LFS pointers, and to let a browser interpret a repository's bytes.
"""
