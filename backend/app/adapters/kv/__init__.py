"""Short-lived facts: counters that expire, heartbeats, keys with an end. Nothing here is the truth."""
