"""Owns the decision how many workers a queue should have, and the record of every look at the queues.

Refuses to scale the cleanup worker, and to act at all unless AUTOSCALER_ENABLED says so.
"""
