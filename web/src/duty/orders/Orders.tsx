import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../api/client";
import { phoneOf } from "../../api/gateway";
import type { Incident } from "../../api/views";
import { span, together } from "../../look/format";
import { Icon } from "../../parts/Icon";
import { LevelChip } from "../../parts/Level";
import { useMe } from "../../parts/session";
import { useNotices } from "../../parts/undo";
import { useNow } from "../../parts/useNow";
import { useStream } from "../../stream/store";
import { currentLanguage, say } from "../../text/start";
import { useActing } from "../acting";
import { DispatchPanel } from "../DispatchPanel";
import { Go } from "../Go";
import { rowsOf } from "../rows";
import { Nothing, SeatFrame } from "../SeatFrame";
import { addressOfCase } from "../where";
import { board, COLUMNS, overdue, responder } from "./columns";
import "./orders.css";

/** Who is on the way to what, overdue first, and what the desk can do about it. */
export default function Orders() {
  const { t } = useTranslation("seat");
  const now = useNow();
  const { live } = useStream();
  const found = board(Object.values(live.incidents), now);
  const none = COLUMNS.every((column) => found[column].length === 0);
  return (
    <SeatFrame title={t("orders.title")} help={t("orders.help")}>
      {none && !live.waiting ? (
        <Nothing title={t("orders.none")}>
          <p className="second">{t("orders.none.text")}</p>
        </Nothing>
      ) : (
        <div className="board">
          {COLUMNS.map((column) => (
            <section key={column} className="board-column" aria-labelledby={`column-${column}`}>
              <h3 id={`column-${column}`}>
                {t(`orders.${column}`)} <span className="numbers">{found[column].length}</span>
              </h3>
              <ul>
                {found[column].map((order) => (
                  <Order key={order.number} order={order} now={now} />
                ))}
              </ul>
              {found[column].length === 0 ? <p className="second board-none">{t("orders.column.none")}</p> : null}
            </section>
          ))}
        </div>
      )}
    </SeatFrame>
  );
}

function Order({ order, now }: { order: Incident; now: number }) {
  const { t } = useTranslation(["seat", "duty", "common"]);
  const language = currentLanguage();
  const late = overdue(order, now);
  const who = order.owner_name ?? together(order.assignees.map((person) => person.name), language);
  const [handing, setHanding] = useState(false);
  return (
    <li className={late !== null && late > 0 ? "card order late" : "card order"} data-key={order.number}>
      <p className="order-top">
        <LevelChip level={order.level} />
        {order.drill ? <span className="demo">{t("common:drill")}</span> : null}
        {late !== null ? (
          <span className={late > 0 ? "numbers overdue" : "numbers second"}>{t(late > 0 ? "duty:row.overdue" : "duty:row.due", { span: span(late, language) })}</span>
        ) : null}
      </p>
      <Go to={addressOfCase(order.number)} className="order-title">
        {say(order.title)}
      </Go>
      <p className="second">{say(order.place)}</p>
      <p>
        <Icon name="person" /> {who || t("duty:row.nobody")}
      </p>
      {handing && order.allowed.includes("reassign") ? <Hand order={order} done={() => setHanding(false)} /> : <OrderButtons order={order} hand={() => setHanding(true)} />}
    </li>
  );
}

function OrderButtons({ order, hand }: { order: Incident; hand: () => void }) {
  const { t } = useTranslation(["seat", "duty"]);
  const acting = useActing();
  const cut = useStream((stream) => stream.link === "cut");
  if (cut) return <p className="second">{t("duty:act.offline")}</p>;
  const may = (action: string) => order.allowed.includes(action);
  return (
    <div className="order-buttons no-print">
      {may("close") ? (
        <button type="button" className="button main" onClick={() => acting.close(order)}>
          {t("duty:act.close")}
        </button>
      ) : null}
      {may("nudge") ? (
        <button type="button" className="button" onClick={() => acting.nudge(order)}>
          {t("duty:act.nudge")}
        </button>
      ) : null}
      {may("reassign") ? (
        <button type="button" className="button" onClick={hand}>
          {t("orders.hand")}
        </button>
      ) : null}
      <Call key={responder(order)?.id} order={order} />
    </div>
  );
}

/** Somebody else goes: the same choice of people as at the desk. */
function Hand({ order, done }: { order: Incident; done: () => void }) {
  const live = useStream((stream) => stream.live);
  const row = rowsOf(live).find((each) => each.key === order.number);
  if (!row) return null;
  return <DispatchPanel row={row} close={done} />;
}

/** The number is asked for when somebody wants to call, and that is written down. */
function Call({ order }: { order: Incident }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const { warn } = useNotices();
  const [phone, setPhone] = useState<string | null>(null);
  const person = responder(order);
  if (person === null || !me.permissions.includes("people.call") || person.id === me.id) return null;
  const ask = async () => {
    try {
      const found = await phoneOf(order.number, person.id);
      if (found.phone === null) warn(() => t("orders.no_phone", { name: found.name }));
      setPhone(found.phone);
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
    }
  };
  return phone === null ? (
    <button type="button" className="button" aria-label={t("orders.call.who", { name: person.name })} onClick={() => void ask()}>
      <Icon name="phone" />
      {t("orders.call")}
    </button>
  ) : (
    <a className="button numbers" href={`tel:${phone.replace(/[^\d+]/g, "")}`}>
      <Icon name="phone" />
      {phone}
    </a>
  );
}
