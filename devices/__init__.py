"""What was said: bytes from a device become an Event. Pure: no I/O, no clock, no logging, no random."""
