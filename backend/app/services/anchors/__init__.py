"""Owns how a place in a file is named and found again: quotations and the lines two versions share.

Refuses to guess: a place that is not found for certain is not found.
"""
