"""Settings: the only code that reads the environment."""
