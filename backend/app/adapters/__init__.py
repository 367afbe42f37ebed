"""Everything outside the process: database, queue, storage, git, models, processes."""
