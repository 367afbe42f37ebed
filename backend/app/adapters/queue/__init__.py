"""The queue carries ids of jobs to workers. It may lose everything at any time: the ledger is the truth."""
