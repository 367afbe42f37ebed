"""Mirrors of repositories: anybody may read them, the `repo_sync` role alone writes them. Nothing is checked out."""
