"""The service under load: pages and interface, 50 users at once, 100,000 enterprises, on both databases."""
