"""Objects by key: previews, media and other artifacts, on this disk or in an S3-compatible store."""
