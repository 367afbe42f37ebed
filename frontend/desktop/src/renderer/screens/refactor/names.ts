/** Whether something may be called so, as far as a form can tell; the server has the last word. Pure. */
import { refactor } from "@/strings/refactor.ts";

const LONGEST = 200;
const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$\u200c\u200d]*$/u;
const PYTHON = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if import in is
  lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);
const SCRIPT = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static super switch
  this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

export function nameProblem(language: string, old: string, name: string): string | null {
  const said = refactor.nameProblem;
  if (name === "") return said.empty;
  if (name.length > LONGEST) return said.long;
  if (name === old) return said.same;
  if (!NAME.test(name) || (language === "python" && name.includes("$"))) return said.form;
  const reserved = language === "python" ? PYTHON : ["typescript", "tsx", "javascript"].includes(language) ? SCRIPT : null;
  return reserved?.has(name) ? said.keyword : null;
}
