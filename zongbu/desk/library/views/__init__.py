"""The pages of the library; thin: they read, lay out, and call the actions."""
