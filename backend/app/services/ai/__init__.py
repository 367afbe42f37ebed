"""Owns what is asked of AI and what came back: jobs, exact contexts, suggestions and their receipts.

Refuses to send a secret, to trust a line number, and to change a file: what would change one becomes a proposal.
"""
