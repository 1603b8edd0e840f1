"""The only writers of recognition: each act checks who may, locks, writes and journals in one transaction.

Locks are taken in one order: application, then opinion, objection or batch, then enterprise, then journal.
"""
