"""Owns reading the effect ledger: who changed what, on whose approval. Refuses to change it."""
