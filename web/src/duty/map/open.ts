import { fetchTexts } from "../../text/start";

/** Brings the page of plans with its texts; it is the only one that needs the map. */
export async function mapPage() {
  const [page] = await Promise.all([
    import("./MapPage"),
    fetchTexts("map", {
      zh: async () => (await import("../../text/map.zh")).mapZh,
      en: async () => (await import("../../text/map.en")).mapEn,
    }),
  ]);
  return page;
}
