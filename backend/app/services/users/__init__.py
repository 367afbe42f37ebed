"""Owns what a user says about himself: profile and preferences. Refuses to say who he is: that is auth's."""
