"""Tables, one file per subject; no behaviour beyond a property."""
