/** The page of an episode: it is heard in the dock, and read in the transcript.
 *
 * What the server wrote of it stays, but for what the dock does better. Where no server wrote it, since
 * one came here from another page, it stands over the stories.
 */

import type { Listening } from "../dock/listening";
import type { Given } from "../given";
import type { Mark } from "../making";
import type { Place } from "../router";
import type { Stories } from "../stories";
import type { View, Wanted } from "./pages";

const LANDING: Place = { address: "/", path: "/", query: new URLSearchParams() };

export class Listen implements View {
  readonly #stories: Stories;
  readonly #listening: Listening;

  constructor(stories: Stories, listening: Listening) {
    this.#stories = stories;
    this.#listening = listening;
  }

  async show({ path }: Place, given: Given | null, wanted: Wanted): Promise<void> {
    const podcastId = path.split("/").pop() ?? "";
    const episode = given?.episode;
    if (!episode) await this.#stories.show(LANDING);
    if (!wanted()) return;
    for (const told of document.querySelectorAll("#surface :is(audio, [aria-labelledby=transcript-heading])")) told.remove();
    const title = episode ? (episode.title ?? episode.topic) : "";
    this.#listening.tell = (of, mark) => {
      if (of === podcastId && episode) say(mark);
    };
    this.#listening.open(podcastId, { title, cover: episode?.media.cover?.url ?? pictureShown(), minutes: null }, false);
    const readable = Boolean(episode?.script?.parts.length); // an empty panel tells nobody anything
    if (!episode || (readable && matchMedia("(min-width: 1100px)").matches)) this.#listening.cover(podcastId);
  }

  leave(): void {
    this.#listening.tell = () => {};
    this.#stories.leave();
  }
}

/** The address of the story's picture, until the episode has its own; empty: none. */
function pictureShown(): string {
  return document.querySelector<HTMLImageElement>("#surface .sleeve img")?.src ?? "";
}

/** What the server said of the making is so no more. */
function say({ state, stateText }: Mark): void {
  const card = document.querySelector<HTMLElement>("#surface .card");
  const place = card?.querySelector(".eyebrow .category");
  if (!card || !place) return;
  const words = { making: "In the making", ready: "Finished", failed: stateText, idle: "Cancelled" }[state];
  if (place.textContent !== words) place.textContent = words;
  card.dataset["state"] = state;
  card.querySelector(".eyebrow .told")?.remove(); // so many steps of so many: the dock says it better
}
