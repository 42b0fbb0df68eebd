import "./plans.css";

import { useMatch, useParams } from "react-router";

import { AllPlans } from "./AllPlans";
import { NewPlan } from "./NewPlan";
import { OnePlan } from "./OnePlan";

/** Response plans: all of them, one of them, a new one. */
export default function Plans() {
  const { id } = useParams();
  const fresh = useMatch("/plans/new");
  if (fresh) return <NewPlan />;
  return id ? <OnePlan key={id} id={id} /> : <AllPlans />;
}
