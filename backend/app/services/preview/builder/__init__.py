"""Builds apps: from a commit to a checked bundle, in steps that each say what they did."""
