"""Device profiles that people point out on a page: looked at, tried on real messages, saved, in force at once."""
