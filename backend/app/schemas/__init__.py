"""Wire shapes that several services share."""
