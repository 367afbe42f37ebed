import { Code } from "@mantine/core";
import { CodeText } from "@/components/code-text.tsx";

/** A value as the server keeps it, as text: what deceives a reader, in a name from a repository say, is made visible. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <Code block role="region" aria-label={label} tabIndex={0} fz="xs" mah={360} style={{ overflow: "auto" }}>
      <CodeText text={JSON.stringify(value, null, 2)} />
    </Code>
  );
}
