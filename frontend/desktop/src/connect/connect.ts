/** Asks for the server's address. The shell checks it and, when it is good, loads the app in place of this page. */
import type { BridgeError } from "../bridge.ts";

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page lacks #${id}`);
}

const form = element("form", HTMLFormElement);
const address = element("address", HTMLInputElement);
const accept = element("accept", HTMLInputElement);
const consent = element("consent", HTMLElement);
const problem = element("problem", HTMLElement);
const progress = element("progress", HTMLElement);
const connect = element("connect", HTMLButtonElement);
const cancel = element("cancel", HTMLButtonElement);

function show(error: BridgeError | null): void {
  problem.hidden = error === null;
  problem.textContent = error?.message ?? "";
  address.toggleAttribute("aria-invalid", error !== null);
  if (error?.code === "CONFIRM_UNENCRYPTED") consent.hidden = false;
}

/** Consent is for one address: another one has to be agreed to anew. */
function forgetConsent(): void {
  consent.hidden = true;
  accept.checked = false;
}

async function submit(): Promise<void> {
  const bridge = window.hivesync;
  if (bridge === undefined) return show({ code: "NO_SHELL", message: "This page belongs to the desktop app.", details: {} });
  show(null);
  connect.disabled = true;
  progress.textContent = "Looking for the server…";
  const answer = await bridge.server.change(address.value.trim(), { acceptUnencrypted: accept.checked });
  connect.disabled = false;
  progress.textContent = answer.ok ? "Connected." : "";
  if (answer.ok) return;
  show(answer.error);
  address.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void submit();
});
address.addEventListener("input", forgetConsent);
cancel.addEventListener("click", () => location.assign("/"));

const state = await window.hivesync?.server.read();
if (state?.ok && state.value.address !== null) {
  address.value = state.value.address;
  cancel.hidden = false;
}
address.focus();
address.select();
