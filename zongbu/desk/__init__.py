"""Floor 2: the service, a Django project. Each folder beneath is one app with the same rooms, see docs/desk.md."""
