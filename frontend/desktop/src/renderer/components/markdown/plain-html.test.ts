import { describe, expect, it } from "vitest";
import { plainHtml, textOf } from "./plain-html.ts";

describe("HTML in Markdown", () => {
  it("is reduced to the text that it shows", () => {
    expect(textOf('<p align="center"><b>Hive</b>Sync <img src="x.png" alt="logo" onerror="alert(1)"></p>')).toBe("HiveSync logo");
    expect(textOf("a<br>b &lt;c&gt; &amp;amp; 1 < 2")).toBe("a\nb <c> &amp; 1 < 2");
  });

  it("leaves no script or style behind", () => {
    expect(textOf("<script>alert(1)</script><style>p{}</style><!-- secret --><svg><script>x</script></svg>ok")).toBe("ok");
  });

  it("becomes a paragraph in the page and text in a line; what shows nothing goes", () => {
    const tree = {
      type: "root",
      children: [
        { type: "html", value: "<h1>Title</h1>" },
        { type: "html", value: "<!-- nothing -->" },
        { type: "paragraph", children: [{ type: "text", value: "a " }, { type: "html", value: "<br>" }, { type: "text", value: "b" }] },
      ],
    };
    plainHtml()(tree);
    expect(tree.children).toEqual([
      { type: "paragraph", children: [{ type: "text", value: "Title" }] },
      { type: "paragraph", children: [{ type: "text", value: "a " }, { type: "text", value: "\n" }, { type: "text", value: "b" }] },
    ]);
  });
});
