"""Owns what people are told about jobs and how they stop one. Refuses to change rows: that is the ledger's."""
