"""Upgrades without a network: one signed file, versions side by side, and the way back."""
