/** The facade's calls that pages make. Each rejects with a `Trouble`, whose words are for people. */

import type { Fetch } from "../episode/follow";
import type { Accepted, ExploreAnswer, Preferences, SessionAnswer, SnippetsAnswer } from "./answers";
import { type Given, readPage } from "./given";
import { Trouble, troubleOf } from "./trouble";

const ROOT = "/api/v1";
const PATIENCE = 20_000;

export interface Wanted {
  readonly limit?: number;
  readonly cursor?: string;
  readonly category?: string;
}

/** What an episode is to be about: a story, or words. */
export type Subject = { readonly topic_id: string } | { readonly topic: string };
/** What to look for: what lies deeper in a story, or a question. */
export type Question = { readonly topic_id: string } | { readonly query: string };

export class Api {
  readonly #signedOut: (trouble: Trouble) => void;

  /** @param signedOut: is told, beside whoever asked, that one has to sign in again. */
  constructor(signedOut: (trouble: Trouble) => void) {
    this.#signedOut = signedOut;
  }

  /** A page of ours, as the server composes it. */
  async page(address: string): Promise<Given> {
    const answer = await this.#ask(address, { cache: "no-cache", headers: { Accept: "text/html, application/problem+json" } });
    const given = readPage(await answer.text());
    if (given) return given;
    throw answer.redirected ? this.#shut(Trouble.signedOut()) : Trouble.of(null);
  }

  /** Cards, best first. */
  snippets(wanted: Wanted = {}): Promise<SnippetsAnswer> {
    return this.#get(`/snippets${query({ ...wanted })}`);
  }

  /** Deeper into a topic or a question. `key`: the same key asks for the same thing once. */
  explore(what: Question, key: string): Promise<ExploreAnswer> {
    return this.#send("POST", "/topics/explore", what, key);
  }

  session(): Promise<SessionAnswer> {
    return this.#get("/sessions/current");
  }

  /** Change preferences; null unsets one. */
  prefer(preferences: Preferences): Promise<SessionAnswer> {
    return this.#send("PATCH", "/sessions/current", { preferences });
  }

  /** Have an episode made of a topic, or of words. `key`: the same key joins what it began. */
  makePodcast(what: Subject, key: string): Promise<Accepted> {
    return this.#send("POST", "/podcasts", what, key);
  }

  /** The answer of a status, or that it did not change. */
  readonly status: Fetch = (address, headers) => this.#ask(address, { headers, cache: "no-store" });

  async #get<T>(path: string): Promise<T> {
    return (await (await this.#ask(ROOT + path, { cache: "no-cache" })).json()) as T;
  }

  /** It arrives though the page be left at once. */
  async #send<T>(method: string, path: string, body: unknown, key?: string): Promise<T> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (key) headers["X-Idempotency-Key"] = key;
    return (await (await this.#ask(ROOT + path, { method, headers, body: JSON.stringify(body), keepalive: true })).json()) as T;
  }

  async #ask(address: string, how: RequestInit): Promise<Response> {
    const answer = await ask(address, how);
    if (answer.ok || answer.status === 304) return answer;
    throw this.#shut(await troubleOf(answer));
  }

  #shut(trouble: Trouble): Trouble {
    if (trouble.kind === "signed-out") this.#signedOut(trouble);
    return trouble;
  }
}

async function ask(address: string, how: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...how, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  } catch (reason) {
    throw Trouble.ofTheLine(reason);
  }
}

function query(words: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(words).filter(([, value]) => value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}
