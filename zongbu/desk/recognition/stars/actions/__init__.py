"""The only writers of stars: each act checks who may, locks, writes and journals in one transaction."""
