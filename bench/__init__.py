"""The benchmarks: `make bench` measures Zongbu beside the same rules written by hand."""
