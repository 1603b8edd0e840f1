"""The pages of lead departments, of district offices and of the city office."""
