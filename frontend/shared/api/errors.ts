/** What the server answers when something is wrong (CONTRACT: code, message, details, request_id), as an Error. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly requestId: string = "",
    /** Seconds to wait before asking again, where the server said so. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Whether asking again later may help. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Nobody answered: the server is gone or the network is. */
export class Unreachable extends ApiError {
  constructor(cause: unknown) {
    super(0, "UNREACHABLE", "The server cannot be reached. Check your connection; this is tried again by itself.");
    this.cause = cause;
  }
}

/** Read an answer that is not good. Proxies answer HTML: then the status has to say it all. */
export async function readError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  const retryAfter = seconds(response.headers.get("retry-after"));
  const requestId = response.headers.get("x-request-id") ?? "";
  const body = parsed(text);
  if (body === null) {
    return new ApiError(response.status, "UNAVAILABLE", `The server answered ${response.status}.`, {}, requestId, retryAfter);
  }
  return new ApiError(response.status, body.code, body.message, body.details ?? {}, body.request_id ?? requestId, retryAfter);
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Error) return new ApiError(0, "CLIENT_ERROR", error.message);
  return new ApiError(0, "CLIENT_ERROR", String(error));
}

interface ErrorBody {
  code: string;
  message: string;
  details?: Record<string, unknown>;
  request_id?: string;
}

function parsed(text: string): ErrorBody | null {
  try {
    const body: unknown = JSON.parse(text);
    const isError = typeof body === "object" && body !== null && "code" in body && "message" in body;
    return isError ? (body as ErrorBody) : null;
  } catch {
    return null;
  }
}

function seconds(header: string | null): number | null {
  if (header === null || !/^\d+$/.test(header)) return null;
  return Number(header);
}
