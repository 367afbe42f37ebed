"""Logs, correlation ids and metrics."""
