"""`hivesync`: the product's commands, for operators and for people at a shell."""
