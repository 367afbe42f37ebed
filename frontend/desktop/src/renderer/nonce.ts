/** Styles made at run time carry the value that the page's policy names. */
export const nonce = globalThis.document?.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
