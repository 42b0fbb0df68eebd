import { useParams } from "react-router";

import { AllPlaces } from "./AllPlaces";
import { OneDrawing } from "./OneDrawing";

/** Which places have a plan, and one plan with what stands on it. */
export default function Drawings() {
  const { place } = useParams();
  return place ? <OneDrawing key={place} place={place} /> : <AllPlaces />;
}
