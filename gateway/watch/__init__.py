"""The gateway watches itself: disk, memory, heat, clock, broker, channels and the like become `system.*` events.

They go through the same pump, rules (`rules/packs/gateway.yaml`), cases and people as any other event. A new
thing to watch is one function in one of the files here, registered with `@probe`.
"""

from gateway.watch import false_alarms, host, parts, time

__all__ = ["false_alarms", "host", "parts", "time"]
