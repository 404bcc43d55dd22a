/** The server's HTTP routes: JSON both ways, same origin, the login in an HttpOnly cookie that no script sees. */
import type { Catalogue, Enrolled, KioskMe, Me, ReceiptStatus, SetupRequest, SignatureBody, SignatureReceived, SocketTicket, StillReceived } from "./wire.generated.ts";

/** The server said no, or could not be reached (`code` is then `unreachable`). */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** Seconds after which another try makes sense; null when the server did not say. */
  readonly retryAfter: number | null;

  constructor(code: string, text: string, status: number, retryAfter: number | null = null) {
    super(text);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const DEADLINE_MS = 10_000;

/** A still that was asked for, to be put into the case. Raises `ApiError`. */
export async function uploadStill(session: string, ask: string, take: string, picture: Blob, digest: string): Promise<StillReceived> {
  const query = new URLSearchParams({ ask, take });
  return answered(`sessions/${encodeURIComponent(session)}/stills?${query.toString()}`, {
    method: "POST", headers: { "content-type": picture.type || "image/jpeg", "repr-digest": digest }, body: picture, signal: AbortSignal.timeout(3 * DEADLINE_MS),
  });
}

/** One question of a route below /api/v1/. Raises `ApiError`. */
export async function ask<T>(method: "GET" | "POST", path: string, body?: unknown, deadline = DEADLINE_MS): Promise<T> {
  return answered<T>(path, {
    method, headers: body === undefined ? {} : { "content-type": "application/json" }, body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(deadline),
  });
}

/** The bytes of a picture or a paper of a route below /api/v1/; with `body` it is asked for by POST. Raises `ApiError`. */
export async function bytesOf(path: string, body?: unknown): Promise<ArrayBuffer> {
  const how = body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetched(path, { ...how, signal: AbortSignal.timeout(3 * DEADLINE_MS) });
  return response.arrayBuffer().catch(() => {
    throw new ApiError("unreachable", "", 0); // it broke off in the middle
  });
}

async function answered<T>(path: string, request: RequestInit): Promise<T> {
  return (await (await fetched(path, request)).json().catch(() => null)) as T;
}

async function fetched(path: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, { credentials: "same-origin", cache: "no-store", ...request });
  } catch {
    throw new ApiError("unreachable", "", 0);
  }
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => null);
  const { code, text } = (answer ?? {}) as { code?: unknown; text?: unknown };
  const after = Number(response.headers.get("retry-after") ?? Number.NaN);
  throw new ApiError(
    typeof code === "string" ? code : `http-${response.status}`, typeof text === "string" ? text : "", response.status,
    Number.isFinite(after) ? after : null,
  );
}

export const api = {
  login: (login: string, password: string): Promise<Me> => ask("POST", "login", { login, password }),
  logout: (): Promise<unknown> => ask("POST", "logout", {}),
  me: (): Promise<Me> => ask("GET", "me"),
  setUp: (first: SetupRequest): Promise<unknown> =>
    ask("POST", "setup", first),
  enrolKiosk: (code: string): Promise<Enrolled> => ask("POST", "kiosks/enrol", { code }),
  kiosk: (): Promise<KioskMe> => ask("GET", "kiosks/me"),
  sign: (session: string, question: string, body: SignatureBody): Promise<SignatureReceived> =>
    ask("POST", `sessions/${encodeURIComponent(session)}/signatures?${new URLSearchParams({ ask: question }).toString()}`, body, 3 * DEADLINE_MS),
  lookUp: (code: string): Promise<ReceiptStatus> => ask("POST", "receipts/lookup", { code }),
  catalogue: (): Promise<Catalogue> => ask("GET", "catalogue"),
  socketTicket: (as: "person" | "kiosk"): Promise<SocketTicket> => ask("POST", "socket-tickets", { as }),
};
