"""The database: engine, unit of work, the few places where PostgreSQL and SQLite differ."""
