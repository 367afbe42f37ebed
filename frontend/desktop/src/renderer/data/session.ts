import { useSyncExternalStore } from "react";
import { session } from "./environment.ts";

/** Who is logged in, and whether that is known yet. */
export function useSession() {
  return useSyncExternalStore(session.subscribe, session.read);
}
