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
    this.#listening.open(podcastId, { title, cover: episode?.media.cover?.url ?? "", minutes: null }, false);
    if (!episode || matchMedia("(min-width: 1100px)").matches) this.#listening.cover(podcastId);
  }

  leave(): void {
    this.#listening.tell = () => {};
    this.#stories.leave();
  }
}

/** What the server said of the making is so no more. */
function say({ state, stateText }: Mark): void {
  const place = document.querySelector("#surface .eyebrow .category");
  const words = { making: "In the making", ready: "Finished", failed: stateText, idle: "Cancelled" }[state];
  if (place && place.textContent !== words) place.textContent = words;
}
