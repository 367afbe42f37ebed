"""Opens stored bundles in Expo's clients, by the Expo Updates protocol: manifests, files, patches, links."""
