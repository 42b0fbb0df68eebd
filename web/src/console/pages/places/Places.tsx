import "./places.css";

import { useLocation, useParams } from "react-router";

import { Generator } from "./Generator";
import { Homes } from "./Homes";
import { OnePlace } from "./OnePlace";
import { WholeTree } from "./WholeTree";

/** One component for all addresses of the page; the address says what is shown. */
export default function Places() {
  const { id } = useParams();
  const { pathname } = useLocation();
  if (pathname === "/places/new") return <Generator />;
  if (pathname === "/places/homes") return <Homes />;
  return id ? <OnePlace key={id} id={id} /> : <WholeTree />;
}
