"""Child processes: the only place that starts any; clean environment, own group, deadline, death with the parent."""
