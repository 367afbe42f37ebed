"""Builds the HTTP application."""
