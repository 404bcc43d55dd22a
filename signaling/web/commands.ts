/** Commands and their answers: each command has an id, is kept until it is answered, and may be sent again with the same id. Pure. */
import type { FromDesk, FromKiosk } from "./wire.generated.ts";
import type { Done, FormWelcome, MediaAnswer, Refused } from "./wire.generated.ts";

type AnyCommand = FromKiosk | FromDesk;
type WithoutId<C> = C extends { id: string } ? Omit<C, "id"> : never;
/** A command before it has its id. */
export type Order = WithoutId<AnyCommand>;
export type Answer = Done | MediaAnswer | FormWelcome;

/** The server said no; nothing has changed. `code` is stable, `message` a sentence for a person. */
export class CommandRefused extends Error {
  readonly code: string;
  readonly path: string | null;

  constructor(code: string, text: string, path: string | null = null) {
    super(text);
    this.name = "CommandRefused";
    this.code = code;
    this.path = path;
  }
}

interface Waiting {
  readonly command: { readonly id: string };
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class Commands {
  readonly #waiting = new Map<string, Waiting>();
  readonly #makeId: () => string;

  constructor(makeId: () => string) {
    this.#makeId = makeId;
  }

  /** The command with its id, and the promise of its answer. `signal` gives it up: it is not sent again, and the promise rejects. */
  open(order: Order, signal?: AbortSignal): { command: { readonly id: string }; answer: Promise<Answer> } {
    const command = { ...order, id: this.#makeId() };
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(command.id, { command, resolve, reject });
      signal?.addEventListener("abort", () => this.#giveUp(command.id), { once: true });
    });
    if (signal?.aborted === true) this.#giveUp(command.id);
    return { command, answer };
  }

  /** Whether `message` answered a command. An answer to a command that is not known (any more) is taken and ignored. */
  settle(message: { readonly type: string }): boolean {
    if (!isAnswer(message) || message.re === null) return false;
    const waiting = this.#waiting.get(message.re);
    this.#waiting.delete(message.re);
    if (message.type === "refused") waiting?.reject(new CommandRefused(message.code, message.text, message.path));
    else waiting?.resolve(message);
    return true;
  }

  /** What has no answer yet, oldest first: to be sent again when the server does not know the link any more. */
  unanswered(): { readonly id: string }[] {
    return [...this.#waiting.values()].map(({ command }) => command);
  }

  /** Every open command ends with `error`. */
  drop(error: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }

  #giveUp(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.reject(new CommandRefused("given-up", ""));
  }
}

const ANSWERS: ReadonlySet<string> = new Set(["done", "refused", "media-answer", "form-welcome"]);

function isAnswer(message: { readonly type: string }): message is Answer | (Refused & { re: string | null }) {
  return ANSWERS.has(message.type);
}
