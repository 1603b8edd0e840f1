"""The SQLite backend of Django, with writers who stand in line, see ``base.py``."""
