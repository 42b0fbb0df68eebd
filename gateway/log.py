"""What the process says about itself: one line an event on standard error, for people or as JSON."""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog

from gateway.config import Log

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_SECRET = ("password", "secret", "token", "csrf", "cookie", "authorization")


class _StandardError:
    """Standard error as it is when a line is written: whoever replaces it meanwhile gets the line, not a closed file."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _redact(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in event:
        if any(word in key.lower() for word in _SECRET):
            event[key] = "***"
    return event


def configure_log(settings: Log) -> None:
    """Set up the log once, at the start of the process; values of keys that sound secret are never written."""
    as_json = settings.format == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=as_json),
            _redact,
            structlog.processors.format_exc_info if as_json else structlog.processors.StackInfoRenderer(),
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[settings.level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    # Each message of a busy client beyond ten on their way would be a line; our own status says it better.
    logging.getLogger("mqtt").setLevel(logging.ERROR)
