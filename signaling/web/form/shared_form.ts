/**
 * A form that two people fill in at once: a Yjs document per field, kept in step with the server's over any transport.
 *
 * Whoever owns the line calls `connected` (and `disconnected`), hands in what comes (`welcomed`, `receive`, `taken`, `refused`) and
 * sends what `send` is given, in this order. Of a field one change is on its way at a time: what is typed meanwhile goes with the next, so
 * that a slow line carries larger changes and not more of them. What was not acknowledged is sent again after a break.
 * A document per field: what is hidden from this end never comes here, and a page that is confirmed refuses its own fields only.
 */
import * as Y from "yjs";
import { isChosen } from "./form_kinds.ts";
import type { Field } from "./form_kinds.ts";
import type { Splice } from "./splice.ts";

export type Outgoing =
  | { readonly type: "form-hello"; readonly vectors: Readonly<Record<string, Uint8Array>> }
  | { readonly type: "form-edit"; readonly number: number; readonly field: string; readonly update: Uint8Array };
export interface Sheet { readonly update: Uint8Array; readonly vector: Uint8Array }

/** What a control on the page is bound to. `heard(null)`: the text is another one altogether. */
export interface Line {
  readonly value: string;
  splice(changes: readonly Splice[]): void;
  watch(heard: (changes: readonly Splice[] | null) => void): () => void;
}
export interface Choice {
  readonly value: string;
  choose(answer: string): void;
}

interface Leaf {
  readonly chosen: boolean;
  doc: Y.Doc;
  /** Numbers of edits on their way. */
  readonly flying: Set<number>;
  /** Typed since, and not on its way yet. */
  readonly waiting: Uint8Array[];
  /** Something typed here is not yet known to be there. */
  lacking: boolean;
  /** The server lacked something before it; everything was sent again, once. */
  again: boolean;
  readonly heard: Set<(changes: readonly Splice[] | null) => void>;
}

const REMOTE = Symbol("from the server");

export class SharedForm {
  readonly #leaves = new Map<string, Leaf>();
  readonly #send: (out: Outgoing) => void;
  readonly #watchers = new Set<(field: string, remote: boolean) => void>();
  readonly #resting: (() => void)[] = [];
  #client = new Y.Doc().clientID;
  #number = 0;
  #on = false;
  /** Told when something that was typed here could not be taken, with the server's code; the field shows the server's text again. */
  onRefused: (field: string, code: string) => void = () => undefined;

  constructor(fields: readonly Pick<Field, "id" | "kind">[], send: (out: Outgoing) => void) {
    this.#send = send;
    for (const field of fields) {
      const leaf: Leaf = { chosen: isChosen(field), doc: new Y.Doc(), flying: new Set(), waiting: [], lacking: false, again: false, heard: new Set() };
      this.#leaves.set(field.id, leaf);
      this.#open(field.id, leaf);
    }
  }

  // --- the line ---------------------------------------------------------------------------------------------------------

  /** The line is there, again or for the first time. Until `welcomed`, what is typed waits: it builds on what the other end may lack. */
  connected(): void {
    this.#on = false;
    for (const leaf of this.#leaves.values()) grounded(leaf);
    this.#send({ type: "form-hello", vectors: Object.fromEntries([...this.#leaves].map(([id, { doc }]) => [id, Y.encodeStateVector(doc)])) });
  }

  disconnected(): void {
    this.#on = false;
  }

  /** The answer to `form-hello`: what was lacking here comes in, what is lacking there goes out. */
  welcomed(sheets: Readonly<Record<string, Sheet>>): void {
    this.#on = true;
    for (const [id, leaf] of this.#leaves) {
      const sheet = sheets[id];
      if (sheet !== undefined) {
        Y.applyUpdate(leaf.doc, sheet.update, REMOTE);
        if (leaf.lacking) this.#emit(id, leaf, Y.encodeStateAsUpdate(leaf.doc, sheet.vector));
      } else if (leaf.lacking) {
        this.forget(id);
        this.onRefused(id, "field-hidden");
      }
    }
  }

  /** The resident shows a field that was hidden from this end. */
  revealed(field: string, { update }: Pick<Sheet, "update">): void {
    this.receive(field, update);
  }

  /** What the other side typed. */
  receive(field: string, update: Uint8Array): void {
    Y.applyUpdate(this.#leaf(field).doc, update, REMOTE);
  }

  /** An edit is stored. */
  taken(number: number): void {
    for (const [id, leaf] of this.#leaves) {
      if (!leaf.flying.delete(number)) continue;
      const next = leaf.waiting.splice(0);
      if (next.length > 0) this.#emit(id, leaf, Y.mergeUpdates(next));
      else [leaf.lacking, leaf.again] = [false, false];
    }
    if (this.settled) for (const rest of this.#resting.splice(0)) rest();
  }

  /**
   * An edit was not taken, and so none after it on that field. Where the server only lacked something before it, all is sent again;
   * otherwise the server's text comes back.
   */
  refused(number: number, code: string): void {
    for (const [id, leaf] of this.#leaves) {
      if (!leaf.flying.has(number)) continue;
      if (code === "out-of-order" && !leaf.again) leaf.again = true;
      else {
        this.#replace(id, leaf);
        this.onRefused(id, code);
      }
      this.connected();
    }
  }

  /** The field is hidden from this end again. */
  forget(field: string): void {
    this.#replace(field, this.#leaf(field));
  }

  /** Whether everything typed here is known to be stored. */
  get settled(): boolean {
    return [...this.#leaves.values()].every(({ lacking }) => !lacking);
  }

  /** Ends when it is. */
  async rest(): Promise<void> {
    if (!this.settled) await new Promise<void>((rest) => this.#resting.push(rest));
  }

  // --- the page ---------------------------------------------------------------------------------------------------------

  value(field: string): string {
    const { chosen, doc } = this.#leaf(field);
    if (!chosen) return doc.getText("text").toString();
    const answer = doc.getMap("choice").get("value");
    return typeof answer === "string" ? answer : "";
  }

  /** Called after every change of any field. */
  watch(heard: (field: string, remote: boolean) => void): () => void {
    this.#watchers.add(heard);
    return () => this.#watchers.delete(heard);
  }

  /** A field that is typed. */
  line(field: string): Line {
    const leaf = this.#leaf(field);
    const value = (): string => this.value(field);
    return {
      get value() { return value(); },
      splice: (changes) => leaf.doc.transact(() => {
        const text = leaf.doc.getText("text");
        for (const { at, remove, insert } of changes) {
          if (remove > 0) text.delete(at, remove);
          if (insert !== "") text.insert(at, insert);
        }
      }),
      watch: (heard) => {
        leaf.heard.add(heard);
        return () => leaf.heard.delete(heard);
      },
    };
  }

  /** A field that is picked. */
  pick(field: string): Choice {
    const leaf = this.#leaf(field);
    const value = (): string => this.value(field);
    return {
      get value() { return value(); },
      choose: (answer) => {
        if (value() !== answer) leaf.doc.getMap("choice").set("value", answer);
      },
    };
  }

  #leaf(field: string): Leaf {
    const leaf = this.#leaves.get(field);
    if (leaf === undefined) throw new Error(`no field ${field}`);
    return leaf;
  }

  #open(id: string, leaf: Leaf): void {
    const { doc } = leaf;
    doc.clientID = this.#client;
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== REMOTE) {
        leaf.lacking = true;
        if (this.#on) this.#emit(id, leaf, update);
      }
      for (const heard of this.#watchers) heard(id, origin === REMOTE);
    });
    if (leaf.chosen) return;
    doc.getText("text").observe((event, transaction) => {
      if (transaction.origin !== REMOTE) return;
      const changes = splicesOf(event.delta);
      for (const heard of leaf.heard) heard(changes);
    });
  }

  #emit(field: string, leaf: Leaf, update: Uint8Array): void {
    if (leaf.flying.size > 0) return void leaf.waiting.push(update);
    this.#number += 1;
    leaf.flying.add(this.#number);
    this.#send({ type: "form-edit", number: this.#number, field, update });
  }

  #replace(id: string, leaf: Leaf): void {
    leaf.doc.destroy();
    leaf.doc = new Y.Doc();
    grounded(leaf);
    [leaf.lacking, leaf.again] = [false, false];
    // A new name: under the old one the server may know letters that this document does not.
    this.#client = leaf.doc.clientID;
    this.#open(id, leaf);
    for (const heard of leaf.heard) heard(null);
    for (const heard of this.#watchers) heard(id, true);
  }
}

/** Nothing of it is on its way any more. */
function grounded(leaf: Leaf): void {
  leaf.flying.clear();
  leaf.waiting.length = 0;
}

/** Yjs' delta as changes to be made one after the other. */
function splicesOf(delta: readonly { retain?: number; delete?: number; insert?: unknown }[]): readonly Splice[] {
  const changes: Splice[] = [];
  let at = 0;
  for (const { retain = 0, delete: remove = 0, insert } of delta) {
    at += retain;
    if (remove > 0) changes.push({ at, remove, insert: "" });
    if (typeof insert === "string") {
      changes.push({ at, remove: 0, insert });
      at += insert.length;
    }
  }
  return changes;
}
