"""Owns what people are told: notifications that stay, and the live stream of events. Refuses to make either up."""
