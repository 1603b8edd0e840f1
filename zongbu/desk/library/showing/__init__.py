"""Policies put into words and links for pages: clauses, values, formulas, usage, search, comparison."""
