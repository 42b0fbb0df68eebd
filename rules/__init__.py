"""What it means: events become alert changes. Pure: no I/O, no clock, no logging, no random."""
