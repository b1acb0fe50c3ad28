/** The facade's calls that pages make. Each rejects with a `Trouble`, whose words are for people. */

import type { PodcastStatus } from "../episode/status";
import type {
  Accepted, Category, Episode, ExploreAnswer, Preferences, SearchAnswer, SessionAnswer, Snippet, SnippetsAnswer,
} from "./answers";
import { type Given, readPage } from "./given";
import { Trouble, troubleOf } from "./trouble";

const ROOT = "/api/v1";
const PATIENCE = 20_000;

export interface Wanted {
  readonly limit?: number;
  readonly cursor?: string;
  readonly category?: string;
}

export class Api {
  readonly #tags = new Map<string, { readonly tag: string; readonly answer: PodcastStatus }>();

  /** A page of ours, as the server composes it. */
  async page(address: string): Promise<Given> {
    const answer = await ask(address, { cache: "no-cache", headers: { Accept: "text/html, application/problem+json" } });
    if (!answer.ok) throw await troubleOf(answer);
    const given = readPage(await answer.text());
    if (given) return given;
    throw answer.redirected ? Trouble.signedOut() : Trouble.of(null);
  }

  /** Cards, best first. */
  snippets(wanted: Wanted = {}): Promise<SnippetsAnswer> {
    return this.#get(`/snippets${query({ ...wanted })}`);
  }

  snippet(id: string): Promise<Snippet> {
    return this.#get(`/snippets/${id}`);
  }

  /** Deeper into a topic or a question. `key`: the same key asks for the same thing once. */
  explore(what: { topic_id: string } | { query: string }, key: string): Promise<ExploreAnswer> {
    return this.#send("POST", "/topics/explore", what, key);
  }

  search(q: string): Promise<SearchAnswer> {
    return this.#get(`/search${query({ q })}`);
  }

  async categories(): Promise<readonly Category[]> {
    return (await this.#get<{ categories: readonly Category[] }>("/categories")).categories;
  }

  session(): Promise<SessionAnswer> {
    return this.#get("/sessions/current");
  }

  /** Change preferences; null unsets one. */
  prefer(preferences: Preferences): Promise<SessionAnswer> {
    return this.#send("PATCH", "/sessions/current", { preferences });
  }

  /** Have an episode made of a topic. `key`: the same key joins what it began. */
  makePodcast(topicId: string, key: string): Promise<Accepted> {
    return this.#send("POST", "/podcasts", { topic_id: topicId }, key);
  }

  /** An episode by now. Unchanged, it is the same object as last time. */
  async podcast(id: string): Promise<PodcastStatus> {
    const known = this.#tags.get(id);
    const headers: Record<string, string> = known ? { "If-None-Match": known.tag } : {};
    const answer = await ask(`${ROOT}/podcasts/${id}`, { headers, cache: "no-store" });
    if (answer.status === 304 && known) return known.answer;
    const fresh = await read<PodcastStatus>(answer);
    this.#tags.set(id, { tag: answer.headers.get("ETag") ?? "", answer: fresh });
    return fresh;
  }

  /** The caller's own episodes, newest first. */
  podcasts(wanted: { limit?: number; cursor?: string } = {}): Promise<{
    readonly podcasts: readonly Episode[];
    readonly next_cursor: string | null;
  }> {
    return this.#get(`/podcasts${query({ ...wanted })}`);
  }

  async #get<T>(path: string): Promise<T> {
    return read<T>(await ask(ROOT + path, { cache: "no-cache" }));
  }

  async #send<T>(method: string, path: string, body: unknown, key?: string): Promise<T> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (key) headers["X-Idempotency-Key"] = key;
    return read<T>(await ask(ROOT + path, { method, headers, body: JSON.stringify(body) }));
  }
}

async function ask(address: string, how: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...how, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  } catch (reason) {
    throw Trouble.ofTheLine(reason);
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw await troubleOf(answer);
  return (await answer.json()) as T;
}

function query(words: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(words).filter(([, value]) => value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}
