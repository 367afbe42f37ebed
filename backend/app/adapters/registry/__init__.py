"""The way out of an install: one registry of packages, and nobody else."""
