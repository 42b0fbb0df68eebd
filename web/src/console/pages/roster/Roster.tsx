import "./roster.css";

import { useMatch } from "react-router";

import { Calendar } from "./Calendar";
import { EditRoster } from "./EditRoster";
import { History } from "./History";
import { Requests } from "./Requests";

/** The roster: its calendar, swaps and leave, the shifts behind it, who changed what. */
export default function Roster() {
  const requests = useMatch("/roster/requests");
  const edit = useMatch("/roster/edit");
  const history = useMatch("/roster/history");
  if (requests) return <Requests />;
  if (edit) return <EditRoster />;
  if (history) return <History />;
  return <Calendar />;
}
