"""Interop: receivers and senders that speak other systems' formats (CloudEvents, CAP, webhooks in, alarm panels)."""
