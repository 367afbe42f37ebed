"""Owns what is taken away: plans (warrants), their execution, and the schedules. Refuses to delete without proof."""
