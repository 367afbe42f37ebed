"""Owns teams and who belongs to them. Refuses to know what a role allows in a project: that is for projects."""
