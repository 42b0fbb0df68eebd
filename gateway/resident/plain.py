"""Plain words for what residents report most; a category that is not here is called by its own name."""

from __future__ import annotations

from gateway.api.schemas.common import Bilingual

PLAIN: dict[str, Bilingual] = {
    "0302": Bilingual(zh="电梯坏了", en="Lift broken"),
    "0304": Bilingual(zh="漏水、停水", en="Leak or no water"),
    "0307": Bilingual(zh="路灯、设施坏了", en="Lamp or facility broken"),
    "0602": Bilingual(zh="垃圾、卫生", en="Rubbish, dirt"),
    "0603": Bilingual(zh="噪声扰民", en="Noise"),
    "0601": Bilingual(zh="乱停车", en="Bad parking"),
    "0605": Bilingual(zh="犬只、流浪动物", en="Dogs, stray animals"),
    "0105": Bilingual(zh="消防通道被占", en="Fire lane blocked"),
    "0702": Bilingual(zh="其他事情", en="Something else"),
}
