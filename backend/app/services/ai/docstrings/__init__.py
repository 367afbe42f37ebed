"""Documentation put into files by us, never by a model: safe by construction, proven by parsing again."""
