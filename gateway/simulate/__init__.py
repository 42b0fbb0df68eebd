"""A simulated community: an estate in code, its daily life, its troubles, its people, and what must come of them.

`estate` draws up the place, `timeline` what is said there and when, `speech` how each make of device says it,
`situations` what goes wrong and which alert must follow, `oracle` compares, `people` handle the cases. All of
it is the same for the same seed. Nothing here reads the gateway: it is a client like any other.
"""
