"""Who starts and stops workers: the port, and one driver for each platform. None of them ever touches cleanup."""
