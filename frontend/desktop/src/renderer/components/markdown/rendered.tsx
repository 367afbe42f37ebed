import { createContext, useContext, type ComponentProps } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { RouteLink } from "@/components/link.tsx";
import { pieces } from "@shared/text/invisible.ts";
import { markdown } from "@/strings/markdown.ts";
import { plainHtml } from "./plain-html.ts";
import { resolveInRepository } from "./resolve.ts";
import { RepositoryPicture } from "./repository-picture.tsx";
import styles from "./markdown.module.css";

/** Where a text comes from, so that its relative links and pictures lead somewhere. */
export interface MarkdownOrigin {
  projectId: string;
  commit: string;
  /** The folder that the text lies in. */
  folder: string;
}

const OriginContext = createContext<MarkdownOrigin | undefined>(undefined);

const PLUGINS = [remarkGfm, plainHtml];
const PARTS = { a: Link, img: Picture, h1: "h2", h2: "h3", h3: "h4", h4: "h5", h5: "h6", table: Table, pre: Block, input: Box } as const;

/** Markdown as elements of ours: no HTML of the text's own, no pictures from elsewhere, links only to the web or the repository. */
export default function Rendered({ text, origin }: { text: string; origin?: MarkdownOrigin | undefined }) {
  return (
    <OriginContext value={origin}>
      <div className={styles["markdown"]}>
        <ReactMarkdown remarkPlugins={PLUGINS} components={PARTS}>
          {shown(text)}
        </ReactMarkdown>
      </div>
    </OriginContext>
  );
}

/** Prose has spaces of many widths and letters of many scripts; what turns its direction or is not seen is written out. */
function shown(text: string): string {
  return pieces(text)
    .map((piece) => (piece.kind === "plain" || piece.mark === "look_alike" || piece.mark === "space" ? piece.text : `⟦${piece.label}⟧`))
    .join("");
}

function Link({ href = "", children }: ComponentProps<"a">) {
  const origin = useContext(OriginContext);
  if (/^https?:\/\//i.test(href)) {
    return (
      <a href={href} target="_blank" rel="noreferrer noopener">
        {children}
      </a>
    );
  }
  const path = origin === undefined ? null : resolveInRepository(origin.folder, href);
  if (origin === undefined || path === null) return <span>{children}</span>;
  return (
    <RouteLink to="/projects/$projectId/files" params={{ projectId: origin.projectId }} search={{ path, ref: origin.commit }} inherit>
      {children}
    </RouteLink>
  );
}

function Picture({ src, alt = "" }: ComponentProps<"img">) {
  const origin = useContext(OriginContext);
  const address = typeof src === "string" ? src : "";
  const path = origin === undefined ? null : resolveInRepository(origin.folder, address);
  if (origin === undefined || path === null) return <span className={styles["absent"]}>{alt}</span>;
  return <RepositoryPicture projectId={origin.projectId} commit={origin.commit} path={path} alt={alt} />;
}

/** A box of a list of tasks: it says how things stand and cannot be changed here. */
function Box({ checked }: ComponentProps<"input">) {
  return (
    <span role="img" aria-label={checked === true ? markdown.done : markdown.open}>
      {checked === true ? "☑" : "☐"}
    </span>
  );
}

function Block({ children }: ComponentProps<"pre">) {
  // Long lines scroll; whoever has no mouse must get there.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  return <pre tabIndex={0}>{children}</pre>;
}

/** A wide table scrolls by itself, and can be reached to do so. */
function Table({ children }: ComponentProps<"table">) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles["wide"]} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
