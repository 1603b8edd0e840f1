"""Requests and referrals: the list, asking for something, one case with its acts, how long it is kept."""
