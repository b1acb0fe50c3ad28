/** Following an episode while it is made: by its events where the browser is signed in, else by asking. */

import type { PodcastStatus } from "./status";

const ASK_EVERY = 2000;
const ASK_AFTER_TROUBLE = 10_000;
const GATHER = 200;
const PATIENCE = 20_000;
const EVENTS = [
  "status", "agent_waiting", "agent_started", "agent_progress", "agent_ended", "script_part",
  "spoken", "stream", "source", "changed", "end",
];

/** Fetches a status; may reject in its own words where there is none. */
export type Fetch = (address: string, headers: Record<string, string>) => Promise<Response>;

const plainly: Fetch = (address, headers) =>
  fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });

export class Follower {
  readonly #address: string;
  readonly #told: (status: PodcastStatus) => void;
  readonly #get: Fetch;
  #known: PodcastStatus | null = null;
  #etag = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #events: EventSource | null = null;
  #asking: Promise<PodcastStatus> | null = null;
  #again = false;
  /** Counts how often it was told to leave it: whoever waited for an answer then asks no more. */
  #left = 0;
  secondsLeft: number | null = null;

  constructor(address: string, told: (status: PodcastStatus) => void, get: Fetch = plainly) {
    this.#address = address;
    this.#told = told;
    this.#get = get;
  }

  /** The status by now. Rejects where it cannot be had. */
  ask(): Promise<PodcastStatus> {
    this.#asking ??= this.#fetch().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** Tell of every change until the episode is made, or given up. */
  follow(events: string | null): void {
    if (events) this.#listen(events);
    else void this.#poll();
  }

  async #fetch(): Promise<PodcastStatus> {
    const headers: Record<string, string> = this.#etag ? { "If-None-Match": this.#etag } : {};
    const answer = await this.#get(this.#address, headers);
    if (answer.status === 304 && this.#known) return this.#known;
    if (!answer.ok) throw new Error(`The status answered ${answer.status}.`);
    this.#etag = answer.headers.get("ETag") ?? "";
    this.#known = (await answer.json()) as PodcastStatus;
    this.#told(this.#known);
    return this.#known;
  }

  async #poll(): Promise<void> {
    const left = this.#left;
    let wait = ASK_EVERY;
    try {
      const { status } = await this.ask();
      if (status !== "GENERATING") return;
    } catch {
      wait = ASK_AFTER_TROUBLE;
    }
    if (left === this.#left) this.#timer = setTimeout(() => void this.#poll(), wait);
  }

  #listen(address: string): void {
    const events = new EventSource(address);
    this.#events = events;
    const heard = (event: MessageEvent<string>) => {
      const { estimated_seconds_left: left } = JSON.parse(event.data) as { estimated_seconds_left?: number | null };
      if (left !== undefined) this.secondsLeft = left;
      if (event.type === "end") this.#askToTheEnd(events);
      else this.#gather(GATHER);
    };
    for (const kind of EVENTS) events.addEventListener(kind, heard);
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) void this.#poll();
    });
  }

  /** Nothing more will be told; what became of it is asked until an answer comes. */
  #askToTheEnd(events: EventSource): void {
    events.close();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#poll();
  }

  /** Several things happen at once: look once, a moment after the first. */
  #gather(wait: number): void {
    if (this.#asking) this.#again = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, wait);
  }

  async #look(): Promise<void> {
    const left = this.#left;
    try {
      await this.ask();
    } catch {
      if (left === this.#left && this.#events?.readyState !== EventSource.CLOSED) this.#gather(ASK_AFTER_TROUBLE);
      return;
    }
    if (this.#again && left === this.#left) {
      this.#again = false;
      this.#gather(GATHER);
    }
  }

  close(): void {
    this.#left += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#again = false;
    this.#events?.close();
  }
}
