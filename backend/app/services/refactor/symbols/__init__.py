"""What names in source code stand for: scopes and mentions of one file, and the ties between files.

Answers of a language server are taken as claims to be compared, never as edits.
"""
