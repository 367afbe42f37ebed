"""HiveSync's backend: the API, the workers and the commands."""
