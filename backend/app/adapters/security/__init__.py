"""Passwords, tokens and encryption at rest. Knows nothing of users or the database."""
