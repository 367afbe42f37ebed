"""Runs jobs: runner, supervisor, scheduler, one file per role."""
