"""The pages of enterprises, districts and departments; thin: they read, lay out, and call the actions."""
