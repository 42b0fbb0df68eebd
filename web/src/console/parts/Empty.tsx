import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { clock } from "../../look/format";
import { Icon, type IconName } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { useStream } from "../../stream/store";

/** Nothing is wrong: says so, with when it was last checked and how many devices report. */
export function EmptyCalm({ children }: { children?: ReactNode }) {
  const { t } = useTranslation("console");
  const me = useMe();
  const { at, health } = useStream((stream) => stream.live);
  return (
    <Empty icon="check" title={t("empty.calm")}>
      {children}
      {at && health ? <span className="numbers">{t("empty.calm.checked", { at: clock(at, me.site.timezone), ...health.devices })}</span> : null}
    </Empty>
  );
}

/** The filters leave nothing over: one press clears them. */
export function EmptyFiltered({ clear }: { clear: () => void }) {
  const { t } = useTranslation("console");
  return (
    <Empty icon="list" title={t("empty.filtered")}>
      <button type="button" className="button" onClick={clear}>
        {t("empty.clear")}
      </button>
    </Empty>
  );
}

/** There is nothing yet: what it would be, and the way to the first one (`children`: a button or link). */
export function EmptyYet({ title, icon, children }: { title: string; icon?: IconName; children?: ReactNode }) {
  return (
    <Empty icon={icon ?? "plus"} title={title}>
      {children}
    </Empty>
  );
}

function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <p className="empty-title">{title}</p>
      <div className="second">{children}</div>
    </div>
  );
}
