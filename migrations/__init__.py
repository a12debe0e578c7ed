"""Alembic migrations of the one database of shop and desk."""
