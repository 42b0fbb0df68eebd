"""The door of residents: whether it is open, for whom, from which place, how often. Says why not in plain words."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.api.errors import ApiError
from gateway.api.views.lens import Lens
from gateway.config import Reports
from gateway.resident.lobby import code_of_month, is_valid, valid_codes
from gateway.resident.pace import Pace
from gateway.resident.reception import Reception
from gateway.resident.signing import Signer
from gateway.resident.spot import Spot, place_token, spot_of_token, spot_with
from gateway.resident.ticket import FLAWS, Tickets
from gateway.store import reports
from gateway.store.read import Connection
from gateway.turns import Turns

PLACE_ROUND = "place codes"  # raised when all printed codes shall stop working
WRONG_CODES = 8  # of one address within an hour
TRIES_EACH = 5  # so many tries an hour for each report that an address may send


class Door:
    """What stands between the street and the reception; asked in the event loop only."""

    def __init__(self, settings: Reports, reception: Reception, *, secret: bytes) -> None:
        self.settings, self.reception = settings, reception
        self.turns = Turns()  # one report of a key at a time
        self.tickets = Tickets(Signer(secret, "ticket"))
        self._places, self._lobby = Signer(secret, "place"), Signer(secret, "lobby")
        self._phones = Signer(
            secret, "phone"
        )  # a phone's own word is counted under a name only this box knows
        self._pace = Pace(
            {
                "device": settings.per_device, "address": settings.per_address,
                "place": settings.per_place, "site": settings.per_site,
            }
        )  # fmt: skip
        self._wrong = Pace({"address": WRONG_CODES})
        self._tries = Pace({"address": TRIES_EACH * settings.per_address})

    # --- places -----------------------------------------------------------------------------------

    def spot(self, connection: Connection, token: str, lens: Lens) -> Spot:
        """Return the place of a printed code.

        Raises:
            ApiError: `place_code`.
        """
        found = spot_of_token(self._places, token, lens, round_=self.round(connection))
        if found is None:
            raise ApiError("place_code")
        return found

    def chosen(self, key: str, lens: Lens) -> Spot:
        """Return the place that somebody chose from the list.

        Raises:
            ApiError: `place_code`.
        """
        found = spot_with(lens, key)
        if found is None:
            raise ApiError("place_code")
        return found

    def token(self, spot: Spot, *, site: str, round_: int) -> str:
        """Return the token that a printed code of this place carries."""
        return place_token(self._places, spot, site=site, round_=round_)

    def round(self, connection: Connection) -> int:
        """Return which round of printed codes is valid."""
        return reports.number_of(connection, PLACE_ROUND)

    def renew(self, connection: Connection) -> int:
        """Let all printed codes stop working; return the round of the new ones."""
        return reports.raise_number(connection, PLACE_ROUND)

    # --- who may report ---------------------------------------------------------------------------

    def ticket(self, now: datetime) -> str:
        """Return a ticket for a form that was just opened."""
        return self.tickets.give(now, secrets.token_urlsafe(6))

    def lobby_code(self, wall: datetime, zone: str) -> str | None:
        """Return the code to print on the sheets, None when none is asked for."""
        if self.settings.open != "code":
            return None
        return self.settings.code or code_of_month(self._lobby, wall, ZoneInfo(zone))

    def check_open(self, *, known: bool, code: str | None, address: str, now: datetime, wall: datetime, zone: str) -> None:  # fmt: skip
        """Refuse whom the site does not want to hear from by this form.

        Raises:
            ApiError: `reports_closed`, `reports_residents`, `lobby_code`, `report_pace`.
        """
        mode = self.settings.open
        if mode is False:
            raise ApiError("reports_closed", **self._office())
        if mode == "residents" and not known:
            raise ApiError("reports_residents", **self._office())
        if mode != "code" or known:
            return
        self._refuse_wait(self._wrong.wait({"address": address}, now))
        if not is_valid(code or "", valid_codes(self._lobby, self.settings.code, wall, ZoneInfo(zone))):
            if code:
                self._wrong.count({"address": address}, now)
            raise ApiError("lobby_code")

    def check_tries(self, address: str, now: datetime) -> None:
        """Refuse an address that sends without end, repeats and refused reports included; count this try.

        Raises:
            ApiError: `report_pace` with the time to wait.
        """
        keys = {"address": address}
        self._refuse_wait(self._tries.wait(keys, now))
        self._tries.count(keys, now)

    def keys(self, *, address: str, device: str, spot: Spot | None) -> dict[str, str]:
        """Return under which names a report is counted."""
        found = {"address": address, "site": "site", "place": spot.key if spot else "nowhere"}
        return {**found, "device": self._phones.mark(device)} if device else found

    @contextmanager
    def reserved(self, report: str, *, ticket: str, trap: str, keys: Mapping[str, str], now: datetime) -> Iterator[None]:  # fmt: skip
        """Take the ticket and count the report before anything is awaited; give both back when it is refused inside.

        So those that come together find the places of one another taken. What no person can have sent is refused;
        a form that was left open for too long gets a fresh ticket by a reload.

        Raises:
            ApiError: `report_ticket`; `report_pace` with the time to wait.
        """
        flaw = "trap" if trap else self.tickets.flaw(ticket, report, now)
        if flaw is not None:
            raise ApiError("report_ticket", why=flaw, said=FLAWS.get(flaw, FLAWS["forged"]))
        self._refuse_wait(self._pace.wait(keys, now))
        self._pace.count(keys, now)
        self.tickets.use(ticket, report)
        try:
            yield
        except BaseException:  # a sender who hangs up gives it back too; raised on
            self._pace.give_back(keys, now)
            self.tickets.give_back(ticket)
            raise

    def _refuse_wait(self, wait: timedelta | None) -> None:
        if wait is not None:
            seconds = max(1, math.ceil(wait.total_seconds()))
            raise ApiError("report_pace", wait_s=seconds, minutes=math.ceil(seconds / 60), **self._office())

    def _office(self) -> dict[str, dict[str, str]]:
        phone = self.settings.phone
        said = {"zh": f"物业 {phone}", "en": f"the property office, {phone}"}
        return {"office": said if phone else {"zh": "物业值班室", "en": "the property office"}}
