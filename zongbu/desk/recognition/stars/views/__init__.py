"""The pages of stars; thin: they read, lay out, and call the acts."""
