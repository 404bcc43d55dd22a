/** Asks the server how the case of a receipt stands. */
import { api, ApiError } from "../../signaling/web/api.ts";
import type { Found } from "./look_up.ts";

export async function lookUp(code: string): Promise<Found> {
  try {
    return { at: "status", status: await api.lookUp(code) };
  } catch (error) {
    if (error instanceof ApiError) return { at: "problem", code: error.code, seconds: error.retryAfter };
    throw error;
  }
}
