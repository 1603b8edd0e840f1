"""Stars (五): versioned indicator sets, the yearly comprehensive evaluation, overrides, notice, titles and plaques."""
