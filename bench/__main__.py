"""`python -m bench`."""

from bench.compare import main

main()
