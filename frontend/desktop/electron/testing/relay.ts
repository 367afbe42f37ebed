/**
 * In front of the product, for Electron 9.4.1: passes all on but `Sec-Fetch-Site`. Newer ones take the header `origin` of
 * a `session.fetch` for who asks and say `same-origin`; 9.4.1 cannot be told and says `none`, which the server refuses.
 */
import { request as ask } from "node:http";

import { serve, type TestServer } from "./servers.ts";

export function relayTo(product: string): Promise<TestServer> {
  return serve((incoming, outgoing) => {
    const { "sec-fetch-site": _site, ...headers } = incoming.headers;
    const onward = ask(product + (incoming.url ?? "/"), { method: incoming.method ?? "GET", headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
}
