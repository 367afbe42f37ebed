import { lazy, Suspense } from "react";
import { Loading } from "@/components/states.tsx";
import type { MarkdownOrigin } from "./rendered.tsx";

const Rendered = lazy(() => import("./rendered.tsx"));

/** Markdown from a repository or from AI, made safe; what renders it is loaded when it is first needed. */
export function Markdown({ text, origin }: { text: string; origin?: MarkdownOrigin }) {
  return (
    <Suspense fallback={<Loading lines={5} />}>
      <Rendered text={text} origin={origin} />
    </Suspense>
  );
}
