import { useLocation, useParams } from "react-router";

import { Everybody } from "./Everybody";
import { Newcomer } from "./Newcomer";
import { OnePerson } from "./OnePerson";
import { Tokens } from "./Tokens";

/** One component for all addresses of the page; the address says what is shown. */
export default function People() {
  const { id } = useParams();
  const { pathname } = useLocation();
  if (pathname === "/people/new") return <Newcomer />;
  if (pathname === "/people/tokens") return <Tokens />;
  return id ? <OnePerson key={id} id={id} /> : <Everybody />;
}
