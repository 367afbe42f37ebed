"""Previews: from a commit, or a bundle somebody built, to a running app on a device by one token."""
