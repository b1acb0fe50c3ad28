/** Cards as they are made and retired: the pool's server-sent events, while somebody looks.
 *
 * A page that nobody sees lets go of its stream: over HTTP/1.1 a browser has six connections to us,
 * and six pages left open would keep a seventh from loading. Seen again, it goes on where it was.
 */

import type { Snippet } from "./answers";
import type { Message } from "./message";
import { Trouble } from "./trouble";

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
}

/** What is followed, and how far it was told. */
interface Followed {
  readonly told: Told;
  readonly workflow: string | undefined;
  version: string | undefined;
}

const AGAIN = 15_000;

export class Live {
  readonly #ask: () => Promise<unknown>;
  #followed: Followed | null = null;
  #events: EventSource | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** @param ask: rejects with why, where the facade answers nothing to this reader; a stream only breaks. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
    document.addEventListener("visibilitychange", () => this.#attend());
  }

  /** Follow the pool, or one exploration, from a version on; what was followed before is left. */
  follow(told: Told, { version, workflow }: { version?: number; workflow?: string } = {}): void {
    this.#followed = { told, workflow, version: version?.toString() };
    this.#hangUp();
    this.#attend();
  }

  close(): void {
    this.#followed = null;
    this.#hangUp();
  }

  #attend(): void {
    if (document.hidden) this.#hangUp();
    else if (this.#followed && !this.#events) this.#open(this.#followed);
  }

  #hangUp(): void {
    clearTimeout(this.#again);
    this.#events?.close();
    this.#events = null;
  }

  #open(followed: Followed): void {
    const { told, workflow, version } = followed;
    const words = new URLSearchParams();
    if (workflow) words.set("workflow_id", workflow);
    if (version !== undefined) words.set("last_event_id", version);
    const events = new EventSource(`/api/v1/snippets/events${words.size ? `?${words}` : ""}`);
    this.#events = events;
    const on = (name: string, answer: (data: never) => void) =>
      events.addEventListener(name, (event: MessageEvent<string>) => {
        followed.version = event.lastEventId || followed.version;
        answer(JSON.parse(event.data) as never);
      });
    on("card", (data: CardEvent) => told.card?.(data));
    on("retired", (data: { snippet_id: string }) => told.retired?.(data.snippet_id));
    on("refresh", (data: { status: string | null }) => told.refresh?.(data.status));
    on("reload", () => told.reload?.());
    events.addEventListener("error", () => void this.#broke(events));
  }

  /** The browser comes back by itself, but not to a stream that was refused. */
  async #broke(events: EventSource): Promise<void> {
    if (events.readyState !== EventSource.CLOSED || events !== this.#events) return;
    const trouble = await this.#ask().then(() => null, Trouble.of);
    if (events !== this.#events) return;
    this.#hangUp();
    if (trouble?.kind !== "signed-out") this.#again = setTimeout(() => this.#attend(), AGAIN);
  }
}
