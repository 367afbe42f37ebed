"""Sandboxes for tools that read hostile code: what they may see, written down; nothing else is there for them."""
