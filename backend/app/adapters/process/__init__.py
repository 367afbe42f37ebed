"""Child processes: the only place that starts any."""
