"""Real processes, real faults, and a judge who stands outside: `make chaos`."""
