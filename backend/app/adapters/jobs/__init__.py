"""The ledger of background jobs and everything that reads or writes it."""
