import { useParams } from "react-router";

import { AllKinds } from "./AllKinds";
import { OneKind } from "./OneKind";

/** Kinds of cases: all of them, or one. */
export default function Categories() {
  const { code } = useParams();
  return code ? <OneKind key={code} code={code} /> : <AllKinds />;
}
