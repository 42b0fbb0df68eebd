import { useLocation, useParams } from "react-router";

import { Choose } from "./Choose";
import { EditRule } from "./EditRule";
import { OneRule } from "./OneRule";
import { Packs } from "./Packs";
import { RuleList } from "./RuleList";
import { Why } from "./Why";
import "./rules.css";
import "./editor.css";

/** One component for all addresses of the page; the address says what is shown. */
export default function Rules() {
  const { id } = useParams();
  const { pathname } = useLocation();
  if (pathname === "/rules/new") return <Choose />;
  if (pathname === "/rules/packs") return <Packs />;
  if (!id) return <RuleList />;
  if (pathname.endsWith("/edit")) return <EditRule key={id} id={id} />;
  if (pathname.endsWith("/why")) return <Why key={id} id={id} />;
  return <OneRule key={id} id={id} />;
}
