"""Reading and deleting below one folder, never outside it, whatever somebody puts there meanwhile."""
