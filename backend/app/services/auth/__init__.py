"""Owns credentials and sessions: who somebody is. Refuses to know what he may do: that is for projects and teams."""
