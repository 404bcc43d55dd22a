"""The store's own tests; what every store promises stands in tests/contract."""
