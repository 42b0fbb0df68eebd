import { Refusal } from "../api/client";
import { logout } from "../api/gateway";
import { toLogin } from "../parts/session";
import { useNotices } from "../parts/undo";
import { say } from "../text/start";

/** Ends the session of whoever sits here, so that the next person logs in; says so when the gateway was not told. */
export async function leave(): Promise<void> {
  try {
    await logout();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) return useNotices.getState().warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
  }
  toLogin();
}
