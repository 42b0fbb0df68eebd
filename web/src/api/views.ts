/** The gateway's views under the names the screens use; `schema.ts` is generated from docs/openapi.json. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Language = "zh" | "en";
export type Bilingual = Schemas["Bilingual"];
export type Alert = Schemas["AlertView"];
export type Incident = Schemas["IncidentView"];
export type IncidentDetail = Schemas["IncidentDetail"];
export type AllowedAction = Schemas["AllowedAction"];
export type AlertDetail = Schemas["AlertDetail"];
export type TimelineRow = Schemas["TimelineView"];
export type Evidence = Schemas["EvidenceView"];
export type Photo = Schemas["PhotoView"];
export type Plan = Schemas["PlanView"];
export type Candidate = Schemas["Candidate"];
export type Command = Schemas["CommandView"];
export type CommandOffer = Schemas["OfferView"];
export type CommandList = Schemas["CommandList"];
export type CommandRequest = Schemas["CommandRequest"];
export type Me = Schemas["Me"];
export type LoginResult = Schemas["LoginResult"];
export type Duty = Schemas["DutyView"];
export type PlaceNode = Schemas["PlaceNode"];
export type PlaceTree = Schemas["PlaceTree"];
export type Marker = Schemas["Marker"];
export type Load = Schemas["Load"];
export type HealthShort = Schemas["HealthShort"];
export type Snapshot = Schemas["Snapshot"];
export type Delta = Schemas["Delta"];
export type Beat = Schemas["Beat"];
export type ReportRequest = Schemas["ReportRequest"];
export type ReportStored = Schemas["ReportStored"];
export type Level = Alert["level"];
export type State = Incident["state"];
