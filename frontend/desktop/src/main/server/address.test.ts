import { describe, expect, it } from "vitest";

import type { ShellError } from "../errors.ts";
import { readAddress } from "./address.ts";

const codeOf = (typed: string, acceptUnencrypted = false): string => {
  try {
    return readAddress(typed, { acceptUnencrypted });
  } catch (error) {
    return (error as ShellError).code;
  }
};

describe("a server's address", () => {
  it.each([
    ["https://hivesync.example.org", "https://hivesync.example.org"],
    ["  hivesync.example.org ", "https://hivesync.example.org"],
    ["https://hivesync.example.org:8443/", "https://hivesync.example.org:8443"],
    ["localhost:8000", "http://localhost:8000"],
    ["http://127.0.0.1:8000/", "http://127.0.0.1:8000"],
    ["http://127.1:8000", "http://127.0.0.1:8000"],
    ["http://[::1]:8000", "http://[::1]:8000"],
  ])("%s is %s", (typed, origin) => {
    expect(codeOf(typed)).toBe(origin);
  });

  it.each([
    ["", "ADDRESS_INVALID"],
    ["not an address", "ADDRESS_INVALID"],
    ["ftp://hivesync.example.org", "ADDRESS_INVALID"],
    ["file:///etc/passwd", "ADDRESS_INVALID"],
    ["javascript://x", "ADDRESS_INVALID"],
    ["https:\\\\hivesync.example.org", "ADDRESS_INVALID"],
    ["https://me:secret@hivesync.example.org", "ADDRESS_HAS_LOGIN"],
    ["https://hivesync.example.org/projects", "ADDRESS_HAS_PATH"],
    ["https://hivesync.example.org/?a=1", "ADDRESS_HAS_PATH"],
    ["http://hivesync.example.org", "HTTPS_NEEDED"],
    ["http://8.8.8.8", "HTTPS_NEEDED"],
    ["http://169.254.1.1", "HTTPS_NEEDED"],
    ["http://172.32.0.1", "HTTPS_NEEDED"],
    ["http://127.0.0.1.evil.example", "HTTPS_NEEDED"],
    ["http://localhost.evil.example", "HTTPS_NEEDED"],
  ])("%s is refused with %s, consent or not", (typed, code) => {
    expect(codeOf(typed)).toBe(code);
    expect(codeOf(typed, true)).toBe(code);
  });

  it.each(["http://10.0.0.5", "http://192.168.1.2:8000", "http://172.16.0.1", "http://nas", "http://hive.local", "http://[fd00::1]"])(
    "%s needs a person's consent",
    (typed) => {
      expect(codeOf(typed)).toBe("CONFIRM_UNENCRYPTED");
      expect(codeOf(typed, true)).toBe(typed);
    },
  );
});
