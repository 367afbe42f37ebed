"""What routes share: the scope of a request, limits, streams."""
