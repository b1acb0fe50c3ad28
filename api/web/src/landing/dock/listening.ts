/** From the press of "Listen" to the sound, and what the card and the dock say meanwhile. What was pressed
 * may be a story's card, or the words of a search.
 */

import { Follower } from "../../episode/follow";
import { offerOf } from "../../episode/offer";
import type { PodcastStatus } from "../../episode/status";
import type { Offer } from "../../player/offer";
import type { Subject } from "../api";
import { ASKED, type Mark, markOf } from "../making";
import { Trouble } from "../trouble";
import type { Making } from "../surface";
import { type Desk, Dock, type Sleeve } from "./dock";
import { dropKey, underKey } from "./keys";
import type { Shelf } from "./shelf";

/** What an episode is made of, and where the page says how far it is. */
export interface Wish {
  /** Tells it from others, and is what its key is kept under. */
  readonly name: string;
  readonly subject: Subject;
  /** In the page's data. */
  readonly place: string;
}

export function storyOf(topicId: string, snippetId: string): Wish {
  return { name: topicId, subject: { topic_id: topicId }, place: `/cards/${snippetId}` };
}

/** @param asked: names the search for them. */
export function wordsOf(words: string, asked: string): Wish {
  return { name: `words/${words}`, subject: { topic: words }, place: `/asked/${asked}` };
}

/** One episode, from its being asked for. */
interface Turn {
  /** None: it is only known that there is such an episode. */
  readonly wish: Wish | null;
  readonly sleeve: Sleeve;
  podcastId: string | null;
  follower: Follower | null;
  /** Nothing came of it, as its status says; pressed again, it is asked for anew. */
  lost: boolean;
  /** The last question about it had no answer; pressed again, the same is asked. */
  stuck: boolean;
}

const BEGUN = { follower: null, lost: false, stuck: false };

export class Listening implements Desk {
  readonly dock: Dock;
  readonly #shelf: Shelf;
  /** All that were asked for on this visit, by podcast. */
  readonly #turns = new Map<string, Turn>();
  #now: Turn | null = null;
  /** Is told how far each episode is that was asked for. */
  tell: (podcastId: string, mark: Mark) => void = () => {};

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
    this.dock = new Dock(this);
  }

  /** The episode in the dock. */
  get podcastId(): string | null {
    return this.#now?.podcastId ?? null;
  }

  /** Hear it. Call it in the handler of the press. `podcastId`: of the episode it has, or empty. */
  listen(wish: Wish, podcastId = ""): void {
    if (this.#now?.wish?.name === wish.name) {
      if (this.#now.lost || this.#now.stuck) this.again();
      else this.dock.player.start(); // pressed twice
      return;
    }
    const sleeve = this.#shelf.sleeveOf(wish.place);
    const known = [...this.#turns.values()].find((turn) => turn.wish?.name === wish.name && !turn.lost);
    const named = this.#turns.get(podcastId)?.lost ? "" : podcastId;
    this.#put(known ?? { ...BEGUN, wish, sleeve, podcastId: named || null });
    this.dock.player.expect(sleeve.minutes);
    void this.#begin();
  }

  /** Hear an episode that exists. `pressed`: in the handler of a press, so that it may sound at once. */
  open(podcastId: string, sleeve: Sleeve, pressed: boolean): void {
    if (podcastId !== this.podcastId) {
      const fresh = { ...BEGUN, wish: null, sleeve, podcastId };
      this.#put(this.#turns.get(podcastId) ?? fresh);
      if (pressed) this.dock.player.expect(sleeve.minutes);
      void this.#begin();
    } else if (pressed) {
      this.dock.player.start();
    }
  }

  again(): void {
    const now = this.#now;
    if (!now) return;
    if (now.lost && now.wish) now.podcastId = null;
    now.lost = now.stuck = false;
    this.dock.player.expect(now.sleeve.minutes);
    void this.#begin();
  }

  closed(): void {
    const left = this.#now;
    this.#now = null;
    if (left) this.#watchFromAfar(left);
  }

  read(open: boolean): void {
    this.dock.show(open);
    this.#shelf.read(open ? this.podcastId : null);
  }

  /** One came to an address, or left it, by the browser's own ways. */
  cover(podcastId: string | null): void {
    this.dock.show(podcastId !== null && podcastId === this.podcastId);
  }

  /** Tell the cards that somebody began elsewhere, or before this page was opened, how far they are. */
  watch(cards: readonly Making[]): void {
    for (const { podcastId, topicId, snippetId } of cards) {
      if (this.#turns.has(podcastId)) continue;
      const wish = storyOf(topicId, snippetId);
      const turn = { ...BEGUN, podcastId, wish, sleeve: this.#shelf.sleeveOf(wish.place) };
      this.#turns.set(podcastId, turn);
      this.#follow(turn, podcastId);
    }
  }

  #put(turn: Turn): void {
    const before = this.#now;
    this.#now = turn;
    if (before) this.#watchFromAfar(before);
    this.dock.put(turn.sleeve);
    if (this.dock.reading && turn.podcastId) this.#shelf.read(turn.podcastId);
  }

  async #begin(): Promise<void> {
    const turn = this.#now;
    if (!turn) return;
    try {
      if (turn.podcastId === null && turn.wish !== null) await this.#ask(turn, turn.wish);
      else await this.#look(turn);
    } catch (reason) {
      this.#refuse(turn, Trouble.of(reason).message);
    }
  }

  async #ask(turn: Turn, { name, subject }: Wish): Promise<void> {
    this.#mark(turn, ASKED);
    const accepted = await underKey(name, (key) => this.#shelf.make(subject, key));
    turn.podcastId = accepted.podcast_id;
    this.#turns.set(accepted.podcast_id, turn);
    const follower = this.#follow(turn, accepted.podcast_id);
    if (turn !== this.#now) return;
    if (this.dock.reading) this.#shelf.read(turn.podcastId);
    const { title, cover, minutes } = turn.sleeve;
    const refresh = async (): Promise<Offer> => offerOf(await follower.ask(), refresh);
    this.dock.offer = { title, cover: cover || null, live: accepted.websocket_url, file: null, minutes, refresh };
  }

  /** Of an episode that exists, where it is heard is told by its status. */
  async #look(turn: Turn): Promise<void> {
    const podcastId = turn.podcastId ?? "";
    this.#turns.set(podcastId, turn);
    turn.follower?.close();
    this.#told(turn, await this.#follow(turn, podcastId).ask());
  }

  #follow(turn: Turn, podcastId: string): Follower {
    const address = `/api/v1/podcasts/${podcastId}`;
    const follower = new Follower(address, (status) => this.#told(turn, status), this.#shelf.status);
    turn.follower = follower;
    follower.follow(turn === this.#now ? `${address}/events` : null);
    return follower;
  }

  #told(turn: Turn, status: PodcastStatus): void {
    const mark = markOf(status);
    turn.lost = status.status === "FAILED" || status.status === "CANCELLED";
    turn.stuck = false;
    if (turn.lost && turn.wish) dropKey(turn.wish.name);
    this.#mark(turn, mark);
    if (turn.podcastId) this.tell(turn.podcastId, mark);
    if (turn !== this.#now || !turn.follower) return;
    const { follower } = turn;
    const refresh = async (): Promise<Offer> => offerOf(await follower.ask(), refresh);
    const offer = offerOf(status, refresh);
    if (turn.lost && !offer.file && !this.dock.received) this.#refuse(turn, mark.stateText || "It was cancelled.");
    else this.dock.offer = offer;
    this.dock.update(status, mark.state === "making" ? mark.stateText : "");
  }

  /** It is made all the same, and its card tells; but a browser has few connections to spare. */
  #watchFromAfar(turn: Turn): void {
    turn.follower?.close();
    if (turn.wish) turn.follower?.follow(null);
  }

  #refuse(turn: Turn, sentence: string): void {
    turn.stuck = true;
    this.#mark(turn, { state: "failed", stateText: sentence, progress: 0 });
    if (turn === this.#now) this.dock.player.refuse(sentence);
  }

  #mark(turn: Turn, mark: Mark): void {
    if (turn.wish) this.#shelf.mark(turn.wish.place, mark);
  }
}
