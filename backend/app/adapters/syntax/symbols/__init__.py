"""The names of one file: what it defines, binds, imports and mentions, as far as its own syntax tells. Pure."""
