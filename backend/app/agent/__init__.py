"""The desktop's core: folders of this machine beside projects of a server. A client: no database, no mirror, no worker.

It never writes outside of a mapped folder, never into `.git`, and never half of a change.
"""
