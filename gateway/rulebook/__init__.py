"""The rulebook: the life of a rule in a running gateway, from the first version to the last."""
