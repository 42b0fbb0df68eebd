import "./profiles.css";

import { useLocation, useParams } from "react-router";

import { NewProfile } from "./NewProfile";
import { OneProfile } from "./OneProfile";
import { ProfileList } from "./ProfileList";

/** One component for all addresses of the page; the address says what is shown. */
export default function Profiles() {
  const { id } = useParams();
  const { pathname } = useLocation();
  if (pathname === "/profiles/new") return <NewProfile />;
  return id ? <OneProfile key={id} id={id} /> : <ProfileList />;
}
