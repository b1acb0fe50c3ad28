/** Cards as they are made and retired: the pool's server-sent events, resumed by the browser. */

import type { Snippet } from "./answers";
import type { Message } from "./message";

export interface CardEvent {
  readonly snippet: Snippet;
  readonly ui: readonly Message[];
}

export interface Told {
  card?(event: CardEvent): void;
  retired?(snippetId: string): void;
  refresh?(status: string | null): void;
  /** Too much happened meanwhile: look at the whole again. */
  reload?(): void;
  /** The connection broke (it comes back by itself), or came back. */
  line?(stands: boolean): void;
}

const AGAIN = 15_000;

export class Live {
  #events: EventSource | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** Follow the pool, or one exploration, from a version on; what was followed before is left. */
  follow(told: Told, from: { version?: number; workflow?: string } = {}): void {
    this.close();
    const words = new URLSearchParams();
    if (from.workflow) words.set("workflow_id", from.workflow);
    if (from.version !== undefined) words.set("last_event_id", String(from.version));
    const asked = words.toString();
    this.#open(`/api/v1/snippets/events${asked && `?${asked}`}`, told);
  }

  #open(address: string, told: Told): void {
    const events = new EventSource(address);
    this.#events = events;
    const on = (name: string, answer: (data: never) => void) =>
      events.addEventListener(name, (event: MessageEvent<string>) => answer(JSON.parse(event.data) as never));
    on("card", (data: CardEvent) => told.card?.(data));
    on("retired", (data: { snippet_id: string }) => told.retired?.(data.snippet_id));
    on("refresh", (data: { status: string | null }) => told.refresh?.(data.status));
    on("reload", () => told.reload?.());
    events.addEventListener("open", () => told.line?.(true));
    events.addEventListener("error", () => {
      told.line?.(false);
      if (events.readyState !== EventSource.CLOSED) return;
      this.#again = setTimeout(() => this.#open(address, told), AGAIN);
    });
  }

  close(): void {
    clearTimeout(this.#again);
    this.#events?.close();
    this.#events = null;
  }
}
