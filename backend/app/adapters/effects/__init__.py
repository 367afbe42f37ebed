"""The effect ledger: mutations are added in the transaction that makes them, linked by hashes, never changed."""
