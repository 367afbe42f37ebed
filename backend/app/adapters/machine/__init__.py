"""What this machine has: programs, devices, folders. Asked before a worker starts, never while it works."""
