import { useQuery } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import { say } from "../../../text/start";

/** What a key is called: the device by its name and place, anything else by its own words. */
export function useDeviceNames(): (key: Readonly<Record<string, unknown>>) => string {
  const found = useQuery({ queryKey: ["devices", "names"], queryFn: () => said(api.GET("/api/devices")), staleTime: 60_000 });
  return (key) =>
    Object.values(key)
      .map((value) => {
        const device = found.data?.items.find((each) => each.id === value);
        return device ? `${say(device.name)} · ${say(device.place)}` : String(value);
      })
      .join(" · ");
}
