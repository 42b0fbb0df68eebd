import { api, said } from "../api/client";
import type { Link } from "./upload";

/** The gateway behind an upload. */
export const gatewayLink: Link = {
  announce: (item, facts) =>
    said(
      api.POST("/api/uploads", {
        params: { header: { "Idempotency-Key": item.key } },
        body: {
          kind: item.kind,
          ...facts,
          mime: item.picture.type || "application/octet-stream",
          captured_at: item.capturedAt,
          phone_at: new Date().toISOString(),
          incident: item.incident || null,
        },
      }),
    ),
  add: async (id, offset, chunk, checksum) => {
    const asked = api.PATCH("/api/uploads/{id}", {
      params: { path: { id }, header: { "Upload-Offset": offset, "Upload-Checksum": checksum } },
      headers: { "Content-Type": "application/octet-stream" },
      body: "", // the serializer gives the bytes themselves
      bodySerializer: () => chunk,
    });
    await said(asked);
    return Number((await asked).response.headers.get("Upload-Offset"));
  },
  finish: async (id) => {
    const done = await said(api.POST("/api/uploads/{id}/finish", { params: { path: { id } } }));
    if (!done.file) throw new Error(`upload ${id} ended as ${done.state}`);
    return { sha256: done.file.sha256 };
  },
};
