"""Deeds: what becomes of a person's action. Known already? Allowed? Numbered, answered after the commit."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, TypeAlias

import msgspec

from gateway.batch import Fault, Refusal, Result
from gateway.errors import ActionRefused
from gateway.flow import Flow
from gateway.reaction import EngineBroken
from gateway.response.model import Action
from gateway.store.inputs import ActionInput
from gateway.store.store import Store
from rules.action import Action as AlertAction
from rules.action import SetMode

Answer: TypeAlias = "Future[dict[str, Any]]"


class Deeds:
    """From an action to its effects in the flow's open batch."""

    def __init__(self, flow: Flow, store: Store) -> None:
        self._flow = flow
        self._store = store

    def take(self, action: Action | AlertAction, answer: Answer, *, by: str, key: str | None) -> None:
        """Take one action at the flow's engine time; `answer` gets the result after the commit, or why not."""
        flow = self._flow
        name = action.name if isinstance(action, Action) else type(action).__name__
        if key is not None and (first := self._first_result(key)) is not None:
            flow.batch.taken += 1
            flow.batch.settle.append(lambda: _answer(answer, first))
            return
        try:
            effects = flow.reaction.act(action, flow.e, flow.seq + 1)
        except Exception as error:  # noqa: BLE001  # task boundary: refused or failed, the caller is told
            self._refuse(error, by=by, name=name)
            answer.set_exception(error)
            return
        batch = flow.batch
        body = msgspec.to_builtins(action)
        batch.others.append(ActionInput(seq=flow.next(), at=flow.e, what=type(action).__name__, body=body))
        flow.collect(effects)
        if isinstance(action, SetMode):
            flow.state.modes.setdefault(action.zone or "", {}).update(action.flags)
            batch.modes = flow.state.modes
        if key is not None:
            batch.results.append(Result(key=key, by=by, at=flow.e, result=effects.result))
        batch.close_for("action")
        batch.settle.append(lambda: _answer(answer, effects.result))
        batch.fail.append(answer.set_exception)
        flow.look_ahead()

    def _refuse(self, error: Exception, *, by: str, name: str) -> None:
        flow = self._flow
        if isinstance(error, ActionRefused):
            flow.batch.counts["actions.refused"] += 1
            facts = {"code": error.code, **{fact: str(value) for fact, value in error.facts.items()}}
            flow.batch.refusals.append(Refusal(at=flow.e, by=by, action=name, facts=facts))
            flow.batch.close_for("action")
            return
        if not isinstance(error, EngineBroken):
            text = f"{type(error).__name__}: {error}"
            error = EngineBroken(Fault(stage="respond", subject=name, error=text, at=flow.e))
        flow.fail(error.fault)

    def _first_result(self, key: str) -> dict[str, Any] | None:
        for each in self._flow.batch.results:
            if each.key == key:
                return each.result
        return self._store.first_result(key)


def _answer(answer: Answer, result: dict[str, Any]) -> None:
    if not answer.done():  # it was told that nothing can be stored; a repetition gets this result
        answer.set_result(result)
