import "./devices.css";

import { useParams } from "react-router";

import { useUrl } from "../../parts";
import { DeviceList } from "./DeviceList";
import { FromLabel } from "./FromLabel";
import { OneDevice } from "./OneDevice";

/** One component for all addresses of the page; `?c=` is what a printed label leads to. */
export default function Devices() {
  const { id } = useParams();
  const [code] = useUrl("c");
  if (id) return <OneDevice key={id} id={id} />;
  return code ? <FromLabel code={code} /> : <DeviceList />;
}
