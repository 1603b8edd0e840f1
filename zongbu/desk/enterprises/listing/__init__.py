"""Finding enterprises: search, filters, columns, saved views."""
