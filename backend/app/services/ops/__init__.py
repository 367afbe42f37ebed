"""Owns what operators see: health, metrics, workers, queues. Refuses to change any job by itself."""
