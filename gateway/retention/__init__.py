"""Retention: how long things are kept, by gateway.yaml and by what an administrator changed on the page."""
