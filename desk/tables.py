"""Every module of the desk that has tables: importing this one fills the metadata (migrations, tests)."""

from desk import audit, auth, models, users

TABLES = (models, users, auth, audit)
