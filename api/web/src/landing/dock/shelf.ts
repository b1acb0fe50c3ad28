/** What listening knows of the page above, and does to it. */

import type { Fetch } from "../../episode/follow";
import type { Accepted } from "../answers";
import type { Announcer } from "../announcer";
import type { Api, Subject } from "../api";
import type { Mark } from "../making";
import type { Router } from "../router";
import type { Surface } from "../surface";
import type { Sleeve } from "./dock";

export class Shelf {
  readonly #surface: Surface;
  readonly #api: Api;
  readonly #announcer: Announcer;
  readonly #router: () => Router;
  readonly #said = new Map<string, Mark["state"]>();

  constructor(surface: Surface, api: Api, announcer: Announcer, router: () => Router) {
    this.#surface = surface;
    this.#api = api;
    this.#announcer = announcer;
    this.#router = router;
  }

  /** What stands at a place of the page's data: a card, a row, words that were searched for. */
  sleeveOf(place: string): Sleeve {
    const of = (name: string) => this.#surface.read(`${place}/${name}`);
    const [title, cover, minutes] = [of("title"), of("cover"), of("minutes")];
    return {
      title: typeof title === "string" ? title : "",
      cover: typeof cover === "string" ? cover : "",
      minutes: typeof minutes === "number" && minutes > 0 ? minutes : null,
    };
  }

  mark(place: string, mark: Mark): void {
    this.#surface.mark(place, mark);
    if (this.#said.get(place) === mark.state) return;
    this.#said.set(place, mark.state);
    if (mark.state === "failed") this.#announcer.say(mark.stateText);
    else if (mark.state === "making") this.#announcer.say(`${this.sleeveOf(place).title} is being made`);
  }

  make(subject: Subject, key: string): Promise<Accepted> {
    return this.#api.makePodcast(subject, key);
  }

  /** How the status of an episode is fetched. */
  get status(): Fetch {
    return this.#api.status;
  }

  /** The transcript of that episode is open, or none is. */
  read(podcastId: string | null): void {
    this.#router().read(podcastId);
  }
}
