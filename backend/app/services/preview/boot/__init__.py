"""Starts a finished native bundle without a phone, says what it met, and draws what it showed.

Everything of the bundle runs or is decoded in a sandbox; what comes out of one is checked before it is believed.
"""
