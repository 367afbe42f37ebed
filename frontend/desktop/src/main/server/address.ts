/** Which addresses a server may have: https everywhere, http on this computer, http in a private network if a person agrees. */
import { ShellError } from "../errors.ts";

const LONGEST = 512;
const PRIVATE_NAMES = [".local", ".lan", ".internal", ".home.arpa", ".intranet"];

/** The server's origin, or an error that says what is wrong with what was typed. */
export function readAddress(typed: string, { acceptUnencrypted }: { readonly acceptUnencrypted: boolean }): string {
  const address = parsed(typed);
  if (address.protocol === "https:" || isLoopback(address.hostname)) return address.origin;
  if (!isPrivate(address.hostname)) {
    throw new ShellError("HTTPS_NEEDED", "Over the internet the server's address has to begin with https://.");
  }
  if (!acceptUnencrypted) {
    throw new ShellError(
      "CONFIRM_UNENCRYPTED",
      "This server is reached without encryption: others in the same network can read and change what is sent, your password too.",
      { address: address.origin },
    );
  }
  return address.origin;
}

function parsed(typed: string): URL {
  const text = typed.trim();
  const invalid = new ShellError("ADDRESS_INVALID", "Type the server's address, for example https://hivesync.example.org.");
  if (text === "" || text.length > LONGEST || /[\s\\]/u.test(text)) throw invalid;
  const withScheme = text.includes("://") ? text : `${schemeFor(text)}://${text}`;
  if (!URL.canParse(withScheme)) throw invalid;
  const address = new URL(withScheme);
  if (address.protocol !== "https:" && address.protocol !== "http:") throw invalid;
  if (address.username !== "" || address.password !== "") {
    throw new ShellError("ADDRESS_HAS_LOGIN", "Leave name and password out of the address; you sign in afterwards.");
  }
  if (address.pathname !== "/" || address.search !== "" || address.hash !== "") {
    throw new ShellError("ADDRESS_HAS_PATH", "Give the address alone, without a path behind it.", { address: address.origin });
  }
  return address;
}

/** People type `localhost:8000` and mean http. */
function schemeFor(text: string): "http" | "https" {
  const candidate = `http://${text}`;
  return URL.canParse(candidate) && isLoopback(new URL(candidate).hostname) ? "http" : "https";
}

// The URL parser has brought all ways to write an IPv4 address into this one form.
const IPV4 = /^(\d+)\.(\d+)\.\d+\.\d+$/u;

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || IPV4.exec(host)?.[1] === "127";
}

function isPrivate(host: string): boolean {
  const [, first, second] = (IPV4.exec(host) ?? []).map(Number);
  if (first !== undefined && second !== undefined) {
    return first === 10 || (first === 192 && second === 168) || (first === 172 && second >= 16 && second <= 31);
  }
  if (host.startsWith("[")) return /^\[f[cd]/u.test(host);
  return !host.includes(".") || PRIVATE_NAMES.some((ending) => host.endsWith(ending));
}
