// The start page: sign in, then see projects, proposals and jobs. Everything from the server is shown as text.
const api = "/api/v1";
const $ = (id) => document.getElementById(id);
const KINDS = {
  "repo.sync": "Mirror the repository",
  "manifest.build": "Describe what is in it",
  "symbols.index": "Read the names in it",
  "ai.run": "Read code and answer",
  "refactor.rename": "Rename across files",
  "refactor.move": "Move to another module",
  "proposal.apply": "Apply a proposal",
};
const shown = new Map();
let looking = null;

const kept = {
  get: () => JSON.parse(sessionStorage.getItem("hivesync") || "null"),
  set: (s) => sessionStorage.setItem("hivesync", JSON.stringify({ access: s.access_token, refresh: s.refresh_token })),
  drop: () => sessionStorage.removeItem("hivesync"),
};

async function send(path, options, token) {
  const headers = { Accept: "application/json" };
  if (options.body) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(api + path, { ...options, headers });
  const text = await answer.text();
  const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
  return { status: answer.status, ok: answer.ok, body: isJson && text ? JSON.parse(text) : text };
}

let renewing = null;

async function renewed() {
  // A refresh token is good for one use: requests of the same moment share one renewal.
  renewing ||= (async () => {
    const body = JSON.stringify({ refresh_token: kept.get()?.refresh || "" });
    const answer = await send("/auth/refresh", { method: "POST", body }, null);
    if (answer.ok) kept.set(answer.body);
    return answer.ok;
  })();
  try { return await renewing; } finally { renewing = null; }
}

async function call(path, options = {}) {
  let answer = await send(path, options, kept.get()?.access);
  if (answer.status === 401 && kept.get()) {
    if (await renewed()) answer = await send(path, options, kept.get()?.access);
    else signOut();
  }
  if (!answer.ok) throw new Error(answer.body.message || `The server answered ${answer.status}.`);
  return answer.body;
}

// Characters that are not seen or turn the direction can make code read as something it is not: show them.
function visible(text) {
  const hidden = /[^\P{C}\n\t]|[\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;
  return String(text ?? "").replace(hidden, (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = visible(text);
  if (className) made.className = className;
  return made;
}

function card(title, note, state, action) {
  const made = element("li");
  const head = element("div", undefined, "head");
  head.append(element(action ? "button" : "strong", title));
  if (action) head.firstChild.addEventListener("click", action);
  if (state) head.append(element("span", state, `state ${state.replace(/[^a-z]/g, "")}`));
  made.append(head);
  if (note) made.append(element("small", note));
  return made;
}

function fill(id, rows, make, empty) {
  // Lists are looked at every few seconds; what has not changed keeps its focus.
  const now = JSON.stringify(rows);
  if (shown.get(id) === now) return;
  shown.set(id, now);
  $(id).replaceChildren(...(rows.length ? rows.map(make) : [element("li", empty, "empty")]));
}

function signOut() {
  kept.drop();
  clearInterval(looking);
  shown.clear();
  for (const id of ["home", "logout", "detail", "who"]) $(id).hidden = true;
  $("signin").hidden = false;
}

function diffOf(hunk) {
  const lines = (text) => (text ? text.replace(/\n$/, "").split("\n") : []);
  const block = element("pre");
  block.tabIndex = 0;
  block.append(element("span", `@@ line ${hunk.old_start} @@`, "place"));
  for (const line of lines(hunk.old_text)) block.append(element("span", `-${line}`, "del"));
  for (const line of lines(hunk.new_text)) block.append(element("span", `+${line}`, "add"));
  return block;
}

function receiptsOf(receipts) {
  const found = receipts.filter((receipt) => receipt.status === "supported").length;
  const details = element("details");
  const others = found === receipts.length ? "" : "; do not rely on what is marked ✗";
  details.append(element("summary", `${found} of ${receipts.length} statements found, word for word, in the code they cite${others}`));
  const list = element("ul", undefined, "receipts");
  for (const receipt of receipts) {
    const mark = receipt.status === "supported" ? "✓" : "✗";
    list.append(element("li", `${mark} ${receipt.path}:${receipt.start_line ?? "?"}  ${receipt.text}`));
  }
  details.append(list);
  return details;
}

async function showProposal(id) {
  const proposal = await call(`/proposals/${id}`);
  let number = 0;
  const parts = proposal.files.flatMap((file) => [
    element("h3", file.path),
    ...file.hunks.flatMap((hunk) => {
      number += 1;
      const parts = [element("p", `${number}. ${hunk.label || "change"}`, "label"), diffOf(hunk)];
      return hunk.receipts.length ? [...parts, receiptsOf(hunk.receipts)] : parts;
    }),
  ]);
  $("detail-files").replaceChildren(...parts);
  $("detail-title").textContent = visible(proposal.title);
  $("detail-summary").textContent = visible(proposal.summary);
  $("detail-next").textContent = nextSteps(proposal);
  $("detail").hidden = false;
  $("detail-title").focus({ preventScroll: true });
  $("detail").scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function nextSteps(proposal) {
  const command = `hivesync review ${proposal.id}`;
  const steps = {
    open: [`${command}   # hunk by hunk`, `${command} --approve --apply`, `${command} --reject`],
    approved: [`${command} --apply`],
    applied: [`${command} --undo`, `${command} --patch | git apply`],
  };
  return (steps[proposal.status] || [command]).join("\n");
}

function trying(work) {
  return () => work().then(() => { $("trouble").textContent = ""; }, (error) => { $("trouble").textContent = error.message; });
}

function contents(version) {
  if (!version) return "";
  const sizes = Object.entries(version.languages).sort((a, b) => b[1].bytes - a[1].bytes);
  const total = sizes.reduce((sum, [, fact]) => sum + fact.bytes, 0) || 1;
  const named = sizes.slice(0, 3).map(([name, fact]) => `${name} ${Math.round((100 * fact.bytes) / total)} %`);
  return `${version.file_count} files: ${named.join(", ")}`;
}

async function refresh() {
  const projects = (await call("/projects?limit=50")).items;
  const looked = projects.slice(0, 10);
  const versions = await Promise.all(looked.map((p) => call(`/projects/${p.id}/manifest/versions?limit=1`)));
  looked.forEach((project, index) => { project.contents = contents(versions[index].items[0]); });
  const pages = await Promise.all(looked.map((p) => call(`/projects/${p.id}/proposals?limit=10`)));
  const proposals = pages.flatMap((page) => page.items).sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 10);
  const jobs = (await call("/jobs?limit=8")).items;
  fill("projects", projects, (p) => card(p.name, `${p.repo_url || "no repository yet"}\n${p.contents || ""}`, p.default_branch),
    "No projects yet: hivesync project create NAME --url URL");
  fill("proposals", proposals, (p) => card(p.title, p.summary, p.status, trying(() => showProposal(p.id))),
    "No proposals yet: hivesync docs PROJECT");
  const when = (j) => new Date(j.finished_at).toLocaleString();
  fill("jobs", jobs, (j) => card(KINDS[j.kind] || j.kind, j.status === "success" ? when(j) : j.why,
    j.status === "running" ? `${Math.round(j.progress * 100)} %` : j.status), "No jobs yet.");
}

async function enter() {
  const user = await call("/users/me");
  $("who").textContent = visible(user.display_name);
  for (const id of ["home", "logout", "who"]) $(id).hidden = false;
  $("signin").hidden = true;
  await refresh();
  clearInterval(looking);
  looking = setInterval(() => { if (!document.hidden) trying(refresh)(); }, 4000);
}

async function signIn(form) {
  const account = { email: form.get("email"), password: form.get("password"), client: "web" };
  kept.set(await call("/auth/login", { method: "POST", body: JSON.stringify(account) }));
  await enter();
}

$("login").addEventListener("submit", (event) => {
  event.preventDefault();
  $("login-error").textContent = "";
  signIn(new FormData(event.target)).then(() => event.target.reset(), (error) => { $("login-error").textContent = error.message; });
});
$("logout").addEventListener("click", () => {
  call("/auth/logout", { method: "POST" }).catch(() => {}).finally(signOut);
});
if (kept.get()) enter().catch(signOut);
