"""Builds bundles from a checked out tree: dependencies, bundler, packaging. Whatever the tree says is a stranger's."""
