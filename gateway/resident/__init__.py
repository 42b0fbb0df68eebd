"""Residents' door: the public form, its places and codes, the answers and what keeps abuse out."""
