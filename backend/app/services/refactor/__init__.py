"""Owns renames across files: what a name means, every place that means it, and the proof that nothing else changed.

Refuses to touch a file: a rename becomes a proposal. What is not proved is not called so.
"""
