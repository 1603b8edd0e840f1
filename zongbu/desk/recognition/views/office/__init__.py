"""The pages of the city office and of whoever decides; thin: they read, lay out, and call the actions."""
