"""The forms of an enterprise's pages."""
