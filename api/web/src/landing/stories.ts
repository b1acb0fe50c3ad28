/** The pages of cards: all stories, one category's, and what a search found. */

import type { Actions } from "./actions";
import type { SnippetsAnswer } from "./answers";
import type { Announcer } from "./announcer";
import type { Api } from "./api";
import type { Banner } from "./banner";
import { Exploring, type Progress, type Standing } from "./exploring";
import type { Given } from "./given";
import type { CardEvent, Live } from "./live";
import { presence } from "./presence";
import type { Place, Router } from "./router";
import type { Session, Wish } from "./session";
import { coming, failed, loading, nothing } from "./states";
import type { Surface } from "./surface";
import { Trouble } from "./trouble";

/** The lead card, and four rows of three. */
const PAGE = 13;
const LANDING = "landing";
const FOUND = "found";
/** Over the cards that came of looking further, as the server writes it. */
const FURTHER = "Found on looking further";
/** Cards that are there again when one comes back; those behind them are one press away. */
const MOST = 100;

export interface Around {
  readonly actions: Actions;
  readonly announcer: Announcer;
  readonly api: Api;
  readonly banner: Banner;
  readonly live: Live;
  readonly session: Session;
  readonly surface: Surface;
  readonly router: () => Router;
}

export class Stories {
  readonly #around: Around;
  /** Cards that were made since the list was shown, the newest last. */
  readonly #fresh = new Map<string, CardEvent>();
  #category = "";
  #version = 0;
  /** When the newest card was made that was there when the list was shown, by the server's clock. */
  #newest = "";
  /** A first run: what comes is put behind what is there. */
  #filling = false;
  /** As far as was told, new stories are being looked for. */
  #refreshing = false;
  #shown: Place | null = null;
  /** Counts what was asked to be shown: the answer to an earlier question is not shown over a later one. */
  #turn = 0;
  /** How many cards stood at each address when it was left. */
  readonly #stood = new Map<string, number>();
  readonly #exploring: Exploring;

  constructor(around: Around) {
    this.#around = around;
    const { actions } = around;
    this.#exploring = new Exploring(around, { id: FOUND, heading: FURTHER }, (progress) => this.#tell(progress));
    actions.on("explore", ({ query }) => void (query && this.#explore(query)));
    actions.on("choose_category", ({ category }) => void this.#choose(category));
    actions.on("wish", ({ category, wish }) => void this.#wish(category, wish));
    actions.on("more", ({ cursor }) => void this.#more(cursor));
    actions.on("search", ({ q }) => void this.#search(q));
    actions.on("retry", () => void this.#again());
    actions.on("show_new", () => void this.#again(true));
    presence.addEventListener("change", () => {
      if (presence.online && this.#shown && !around.surface.cardIds.length) void this.#again();
    });
  }

  /** Show the page of an address: `/`, `/?category=…` or `/find?q=…`.
   *  @param given: what the server sent with it, if it did.
   */
  async show(place: Place, given: Given | null = null): Promise<void> {
    this.leave();
    this.#shown = place;
    if (place.path === "/find") await this.#find(place, given);
    else await this.#land(place.query.get("category") ?? "", given, place.back && this.#stood.get(place.address));
  }

  /** Another page takes the place. */
  leave(): void {
    this.#remember();
    this.#turn += 1;
    this.#shown = null;
    this.#exploring.leave();
    this.#forget();
    this.#around.banner.trouble = null;
  }

  #remember(): void {
    const { surface } = this.#around;
    if (this.#shown && surface.id === LANDING) this.#stood.set(addressOf(this.#category), surface.cardIds.length);
  }

  /** @param stood: how many cards one left, where one comes back. */
  async #land(category: string, given: Given | null, stood: number | false = false): Promise<void> {
    const { api, surface, banner } = this.#around;
    const turn = ++this.#turn;
    this.#category = category;
    document.title = "Aethercast";
    try {
      if (!given && surface.id !== LANDING) surface.show(loading(LANDING));
      const answer = given?.answer ? (given.answer as unknown as SnippetsAnswer) : await api.snippets(this.#wanted());
      const rest = stood ? await this.#rest(answer, Math.min(stood, MOST)) : [];
      if (turn !== this.#turn) return;
      banner.trouble = null;
      this.#take(answer);
      for (const { ui } of rest) surface.extend(ui.messages);
    } catch (reason) {
      if (turn === this.#turn) this.#complain(reason);
    }
  }

  /** The answers behind the first one, up to so many cards. */
  async #rest(first: SnippetsAnswer, stood: number): Promise<readonly SnippetsAnswer[]> {
    const rest: SnippetsAnswer[] = [];
    let [count, cursor] = [first.snippets.length, first.next_cursor];
    while (cursor && count < stood) {
      const next = await this.#around.api.snippets({ ...this.#wanted(), limit: PAGE - 1, cursor });
      rest.push(next);
      [count, cursor] = [count + next.snippets.length, next.next_cursor];
    }
    return rest;
  }

  #wanted(): { limit: number; category?: string } {
    return this.#category ? { limit: PAGE, category: this.#category } : { limit: PAGE };
  }

  #take(answer: SnippetsAnswer): void {
    const { surface, live } = this.#around;
    const { snippets, pool, ui } = answer;
    const bare = snippets.length === 0 && this.#category === "";
    surface.show(bare ? (pool.refreshing ? coming(LANDING) : nothing(LANDING)) : ui.messages);
    this.#refreshing = pool.refreshing;
    this.#filling = pool.refreshing && snippets.length < PAGE && answer.next_cursor === null;
    this.#version = pool.version;
    this.#newest = pool.newest_at ?? "";
    this.#forget();
    this.#dress();
    live.follow(this.#told, { version: this.#version });
  }

  readonly #told = {
    card: (event: CardEvent): void => this.#arrive(event),
    retired: (id: string): void => {
      if (this.#fresh.delete(id)) this.#count();
    },
    refresh: (status: string | null): void => {
      const ended = this.#refreshing && status !== "GENERATING";
      this.#refreshing = status === "GENERATING";
      if (this.#around.surface.cardIds.length > 0) return;
      if (ended) void this.#again();
      else if (this.#refreshing && !this.#category) this.#around.surface.show(coming(LANDING));
    },
    reload: (): void => void this.#again(),
  };

  /** A card that is new, or is another one now. Nothing moves under a reader's hand. */
  #arrive(event: CardEvent): void {
    const { surface, announcer } = this.#around;
    const { snippet } = event;
    if (surface.has(snippet.snippet_id)) {
      surface.apply(event.ui);
    } else if (this.#category && snippet.category !== this.#category) {
      return;
    } else if (surface.cardIds.length === 0) {
      void this.#again();
    } else if (this.#filling && surface.cardIds.length < PAGE) {
      surface.apply(event.ui);
      surface.add(snippet.snippet_id);
      announcer.say(`${surface.cardIds.length} stories`);
    } else if (Date.parse(snippet.generation_timestamp) > (Date.parse(this.#newest) || 0)) {
      // one of before, further down, of which only its picture or the count of its sources is new, is no news
      this.#fresh.set(snippet.snippet_id, event);
      this.#count();
    }
  }

  #count(): void {
    const { banner, announcer } = this.#around;
    banner.fresh = this.#fresh.size;
    if (this.#fresh.size) announcer.say(`${this.#fresh.size} new`);
  }

  #forget(): void {
    this.#fresh.clear();
    this.#around.banner.fresh = 0;
  }

  /** What the filter shows beside what the server knows of it. */
  #dress(): void {
    const { surface, session } = this.#around;
    const categories = surface.read("/categories");
    if (!Array.isArray(categories)) return;
    const dressed = (categories as { id: string }[]).map((each) => ({
      ...each, selected: each.id === this.#category, liked: session.likes(each.id),
    }));
    surface.write("/categories", dressed);
  }

  async #again(toTop = false): Promise<void> {
    const shown = this.#shown;
    if (!shown) return;
    if (shown.path === "/find") await this.#find(shown, null);
    else await this.#land(this.#category, null);
    if (!toTop || shown !== this.#shown) return;
    scrollTo({ top: 0 });
    document.querySelector<HTMLElement>("#surface h1")?.focus();
  }

  async #choose(category: string): Promise<void> {
    this.#remember();
    this.#category = category;
    this.#dress();
    this.#around.router().rename(addressOf(category));
    const landed = this.#land(category, null);
    const turn = this.#turn;
    await landed;
    if (turn !== this.#turn) return;
    const { length } = this.#around.surface.cardIds;
    this.#around.announcer.say(length === 1 ? "1 story" : `${length || "No"} stories`);
  }

  async #wish(category: string, wish: Wish): Promise<void> {
    const { session, announcer } = this.#around;
    const shown = this.#shown;
    try {
      await session.wish(category, wish);
    } catch (reason) {
      if (shown === this.#shown) this.#complain(reason);
      return;
    }
    if (shown !== this.#shown) return;
    if (wish === "muted" && category === this.#category) await this.#choose("");
    else this.#dress();
    announcer.say(wish === "muted" ? "It will not be shown again" : wish === "liked" ? "There will be more of it" : "As before");
  }

  async #more(cursor: string): Promise<void> {
    const { api, surface, announcer } = this.#around;
    if (presence.fetching) return;
    presence.fetching = true;
    const turn = this.#turn;
    try {
      const { ui } = await api.snippets({ ...this.#wanted(), limit: PAGE - 1, cursor });
      if (turn !== this.#turn) return;
      const before = surface.cardIds.length;
      surface.extend(ui.messages);
      announcer.say(`${surface.cardIds.length - before} more stories`);
    } catch (reason) {
      if (turn === this.#turn) this.#complain(reason);
    } finally {
      presence.fetching = false;
    }
  }

  async #search(q: string): Promise<void> {
    const words = q.trim();
    await this.#around.router().go(words ? `/find?q=${encodeURIComponent(words)}` : "/");
  }

  async #find({ address, query }: Place, given: Given | null): Promise<void> {
    const { api, surface, announcer } = this.#around;
    const turn = ++this.#turn;
    document.title = `${query.get("q") ?? "Search"} · Aethercast`;
    try {
      if (!given && surface.id !== FOUND) surface.show(loading(FOUND, "Search"));
      const { answer } = given ?? (await api.page(address));
      if (turn !== this.#turn) return;
      if (!answer?.ui) throw Trouble.of(null);
      surface.show(answer.ui.messages);
      announcer.say(`${surface.cardIds.length || "No"} stories found`);
      const looked = answer["exploration"] as Standing | undefined;
      if (looked) this.#exploring.resume(String(answer["query"]), looked);
    } catch (reason) {
      if (turn === this.#turn) this.#complain(reason);
    }
  }

  /** Look further for what was searched for; the address then tells of it, so that one can come back to it. */
  async #explore(words: string): Promise<void> {
    const shown = this.#shown;
    const workflow = await this.#exploring.ask({ query: words });
    if (workflow === null || shown === null || shown !== this.#shown) return;
    const query = new URLSearchParams({ q: words, explored: workflow });
    this.#shown = { ...shown, address: `/find?${query}`, query };
    this.#around.router().note(this.#shown.address);
  }

  /** How the looking goes; a screen reader is told by the place itself. */
  #tell({ stage, found, words }: Progress): void {
    const { surface } = this.#around;
    const [name] = Object.keys((surface.read("/asked") as object | undefined) ?? {});
    if (!name) return;
    surface.write(`/asked/${name}/lookState`, stage === "refused" ? "failed" : stage);
    surface.write(`/asked/${name}/lookText`, words || lookText(stage, found));
  }

  /** Where cards stand, they stay. */
  #complain(reason: unknown): void {
    const { surface, banner } = this.#around;
    const trouble = Trouble.of(reason);
    if (!(reason instanceof Trouble)) console.info(reason);
    if (surface.cardIds.length) banner.trouble = trouble;
    else surface.show(failed(surface.id ?? LANDING, trouble));
    if (trouble.kind === "signed-out") banner.trouble = trouble;
  }
}

/** As the server says it (`agents/duia/further.py`). */
function lookText(stage: Progress["stage"], found: number): string {
  const stories = found === 1 ? "1 story" : `${found} stories`;
  if (stage === "looking") return found ? `${stories} found so far…` : "Looking further…";
  if (found) return `${stories} found.`;
  return stage === "failed" ? "It could not be looked into just now. Try again in a while." : "Nothing more was found just now.";
}

function addressOf(category: string): string {
  return category ? `/?category=${encodeURIComponent(category)}` : "/";
}
