"""What-if answers as the pages show them."""

from __future__ import annotations

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.duty import RungView, ScoreView, WhatIfView, WouldTell
from gateway.api.views.lens import Lens, both
from gateway.response.called import ROLES, all_called
from gateway.response.what_if import Rung, WhatIf


def what_if_view(found: WhatIf, lens: Lens) -> WhatIfView:
    """Return the ladder with names and wall-clock times."""
    start = found.rungs[0].at if found.rungs else lens.now
    return WhatIfView(
        at=lens.shown(start), category=found.category, category_name=lens.category(found.category), level=found.level,
        grid=found.grid, building=found.building, plan=found.plan.id, plan_name=both(found.plan.name, found.plan.id),
        begins=found.begins, need_acks=found.plan.need_acks, loops=found.loops, loop_every_s=found.loop_every_s,
        steps=[
            RungView(
                step=rung.step, at=lens.shown(rung.at), after_s=(rung.at - start).total_seconds(), roles=list(rung.roles),
                everyone=rung.everyone, wait_s=rung.wait_s, gap=rung.gap, off_duty=rung.off_duty,
                told=[WouldTell(id=each.person, name=each.name, channels=list(each.channels)) for each in rung.told],
                considered=[
                    ScoreView(
                        id=each.person, name=each.name, fit=each.fit, on_duty=each.on_duty, score=each.score,
                        parts=each.parts, reason=both(each.reason, ""),
                    )
                    for each in rung.table
                ],
                prompt=both(rung.prompt, "") if rung.prompt else None,
            )
            for rung in found.rungs
        ],
        gaps=[_gap(rung) for rung in found.rungs if rung.gap],
    )  # fmt: skip


def _gap(rung: Rung) -> Bilingual:
    roles = all_called(ROLES, rung.roles)
    zh, en = "、".join(each["zh"] for each in roles), ", ".join(each["en"] for each in roles)
    return Bilingual(
        zh=f"第 {rung.step + 1} 步：没有人值班（{zh}）", en=f"step {rung.step + 1}: nobody on duty ({en})"
    )
