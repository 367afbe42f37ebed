"""Events: subscribers inside the transaction, announcements after it."""
