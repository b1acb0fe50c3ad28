/** Puts the dock into the page, and lets cards and rows play. */

import type { Actions } from "../actions";
import type { Announcer } from "../announcer";
import type { Api } from "../api";
import type { Router } from "../router";
import type { Surface } from "../surface";
import { Listening, storyOf, wordsOf } from "./listening";
import { Shelf } from "./shelf";

interface Around {
  readonly actions: Actions;
  readonly announcer: Announcer;
  readonly api: Api;
  readonly surface: Surface;
  readonly router: () => Router;
}

export function hear({ actions, announcer, api, surface, router }: Around): Listening {
  const shelf = new Shelf(surface, api, announcer, router);
  const listening = new Listening(shelf);
  surface.making = (cards) => listening.watch(cards);
  listening.dock.mount(document.getElementById("dock") ?? document.body);
  actions.on("listen", ({ topicId, snippetId, podcastId }) => listening.listen(storyOf(topicId, snippetId), podcastId));
  actions.on("make_episode", ({ query, asked }) => listening.listen(wordsOf(query, asked)));
  actions.on("open_episode", ({ podcastId }) => listening.open(podcastId, shelf.sleeveOf(`/episodes/${podcastId}`), true));
  return listening;
}
