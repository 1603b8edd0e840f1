"""The pages of finance offices."""
