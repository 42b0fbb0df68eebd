import "./dispatch.css";

import { useMatch } from "react-router";

import { Grids } from "./Grids";
import { Kinds } from "./Kinds";
import { WhatIfPage } from "./WhatIf";

/** Who would be sent: what if it happened now, who gets which kind, how the grids share the work. */
export default function Dispatch() {
  const kinds = useMatch("/dispatch/kinds");
  const grids = useMatch("/dispatch/grids");
  if (kinds) return <Kinds />;
  if (grids) return <Grids />;
  return <WhatIfPage />;
}
