"""The acts of the support desk: the only writers of its tables, together with ``ledger``."""
