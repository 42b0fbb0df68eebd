"""Backups: one encrypted file that holds everything a site is, made beside the running gateway and checked."""
