/** The server's HTTP routes: JSON both ways, same origin, the login in an HttpOnly cookie that no script sees. */
import type { Catalogue, Enrolled, KioskMe, Me, SetupRequest, SocketTicket } from "./wire.generated.ts";

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

/** One question of a route below /api/v1/. Raises `ApiError`. */
export async function ask<T>(method: "GET" | "POST", path: string, body?: unknown, deadline = DEADLINE_MS): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(deadline),
    });
  } catch {
    throw new ApiError("unreachable", "", 0);
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
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
  catalogue: (): Promise<Catalogue> => ask("GET", "catalogue"),
  socketTicket: (as: "person" | "kiosk"): Promise<SocketTicket> => ask("POST", "socket-tickets", { as }),
};
