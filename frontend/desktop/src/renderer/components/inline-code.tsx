import { Code } from "@mantine/core";
import { CodeText } from "./code-text.tsx";

/** One sentence in which names stand between backticks; nothing else of Markdown is meant in it. */
export function InlineCode({ text }: { text: string }) {
  // Every second part stood between two backticks; a last one alone is only a character.
  const parts = text.split("`");
  const isBalanced = parts.length % 2 === 1;
  if (!isBalanced) return <CodeText text={text} />;
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      <Code key={index} fz="inherit">
        <CodeText text={part} />
      </Code>
    ) : (
      <CodeText key={index} text={part} />
    ),
  );
}
