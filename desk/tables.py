"""Every module of the desk that has tables: importing this one fills the metadata (migrations, tests)."""

from desk import alarms, audit, auth, models, notes, phrases, users

TABLES = (models, users, auth, audit, notes, phrases, alarms)
