"""The funding ledger: ``posting`` is the only writer, ``checking`` holds balances against entries."""
