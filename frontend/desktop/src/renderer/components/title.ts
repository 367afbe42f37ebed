import { useEffect } from "react";
import { common } from "@/strings/common.ts";

/** Name the window after what it shows. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
}
