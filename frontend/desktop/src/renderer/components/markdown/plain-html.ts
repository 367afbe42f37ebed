/** A node of Markdown's tree, as far as it matters here. */
interface MarkdownNode {
  type: string;
  value?: string;
  children?: MarkdownNode[];
}

const NOT_TEXT = /<(script|style|template|noscript|iframe|object)\b[^]*?(?:<\/\1\s*>|$)/gi;
const CHARACTERS: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " ", "&#39;": "'" };

/**
 * HTML in Markdown becomes the text that it would show, and nothing else: no element, attribute or script of a repository gets
 * into our page. A picture becomes its description. As a plug-in for remark.
 */
export function plainHtml() {
  return (tree: MarkdownNode): void => replaceHtml(tree);
}

function replaceHtml(node: MarkdownNode): void {
  for (const child of node.children ?? []) {
    if (child.type !== "html") {
      replaceHtml(child);
      continue;
    }
    const text = textOf(child.value ?? "");
    delete child.value;
    if (isPhrasing(node)) Object.assign(child, { type: "text", value: text });
    else Object.assign(child, { type: "paragraph", children: [{ type: "text", value: text.trim() }] });
  }
  if (node.children !== undefined) node.children = node.children.filter((child) => !isEmptyParagraph(child));
}

/** The text that HTML would show. Only words come out, so nothing has to be parsed: not even an inert document is made of it. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<!--[^]*?(?:-->|$)/g, "")
    .replaceAll(NOT_TEXT, "")
    .replaceAll(/<img\b[^>]*?\balt\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>/gi, (_, double: string | undefined, single: string | undefined) => double ?? single ?? "")
    .replaceAll(/<br\b[^>]*>/gi, "\n")
    .replaceAll(/<\/?[a-z!?][^>]*(?:>|$)/gi, "")
    .replaceAll(/&(?:amp|lt|gt|quot|nbsp|#39);/g, (name) => CHARACTERS[name] ?? name);
}

const PHRASING_PARENTS = new Set(["paragraph", "heading", "tableCell", "emphasis", "strong", "delete", "link"]);

function isPhrasing(parent: MarkdownNode): boolean {
  return PHRASING_PARENTS.has(parent.type);
}

function isEmptyParagraph(node: MarkdownNode): boolean {
  return node.type === "paragraph" && (node.children ?? []).every((child) => child.type === "text" && (child.value ?? "").trim() === "");
}
