"""Opens stored bundles in browsers: each on an origin of its own, which shares nothing with the API's."""
