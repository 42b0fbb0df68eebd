"""The words of a work order, Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "title": ("工单", "Work order"),
    "drill": ("演练", "DRILL"),
    "what": ("事项", "What"),
    "level": ("级别", "Level"),
    "place": ("地点", "Place"),
    "state": ("状态", "State"),
    "opened": ("建案时间", "Opened"),
    "closed": ("结案时间", "Closed"),
    "owner": ("负责人", "Owner"),
    "why": ("触发原因", "Why"),
    "report": ("上报内容", "Reported"),
    "result": ("处置结果", "Result"),
    "checker": ("核查人", "Checked by"),
    "plan": ("处置预案", "Response plan"),
    "timeline": ("办理过程", "What was done"),
    "when": ("时间", "When"),
    "who": ("办理人", "Who"),
    "action": ("操作", "Action"),
    "words": ("内容", "Words"),
    "photos": ("现场照片", "Pictures"),
    "signatures": ("签字", "Signatures"),
    "sign_handler": ("处置人：", "Handled by:"),
    "sign_checker": ("核查人：", "Checked by:"),
    "sign_received": ("接收单位：", "Received by:"),
    "erased": ("（内容已按隐私要求删除）", "(erased for privacy)"),
}
