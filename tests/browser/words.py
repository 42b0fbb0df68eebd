"""The words on the buttons in both languages, as the tests click them."""

from __future__ import annotations

WORDS = {
    "zh": {
        "test": "试一下声音", "heard": "听到了", "confirm": "确认", "dispatch": "派单", "ok": "确定", "close": "核查结案",
        "take": "接单", "arrive": "我到了", "done": "处理完", "uploaded": "已送达", "waiting_check": "已交，等待核查",
        "tab_wait": "待处理", "tab_check": "待核查", "closed": "已核查结案", "undo": "撤销", "undone": "已撤销", "calm": "一切正常",
    },
    "en": {
        "test": "Test the sound", "heard": "I heard it", "confirm": "Confirm", "dispatch": "Dispatch", "ok": "OK", "close": "Check and close",
        "take": "Take it", "arrive": "I am here", "done": "Done", "uploaded": "Delivered", "waiting_check": "Handed in, waits to be checked",
        "tab_wait": "Waiting", "tab_check": "To check", "closed": "Checked and closed", "undo": "Undo", "undone": "Undone", "calm": "All is well",
    },
}  # fmt: skip
