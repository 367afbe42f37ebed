"""What the process says about itself: log lines and metrics. Never a secret, a prompt or a file's contents."""
