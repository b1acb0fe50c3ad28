/** A page of Aethercast, taken over from what the server wrote: the same cards, alive. */

import "./style/index.css";
import { Actions } from "./actions";
import { Announcer } from "./announcer";
import { Api } from "./api";
import { Banner } from "./banner";
import { hear } from "./dock/hear";
import { ownPage } from "./given";
import { Live } from "./live";
import { Router, type Place } from "./router";
import { Session } from "./session";
import { Stories } from "./stories";
import { Surface } from "./surface";
import { offerThemes } from "./theme";
import { Composed } from "./views/composed";
import { Listen } from "./views/listen";
import { Pages } from "./views/pages";
import { Preferences } from "./views/preferences";
import { Topic } from "./views/topic";

const place = document.getElementById("surface");
if (place) start(place);

function start(place: HTMLElement): void {
  const given = ownPage();
  const actions = new Actions();
  const banner = new Banner(place, actions);
  const api = new Api((trouble) => (banner.trouble = trouble));
  const live = new Live(() => api.session());
  const surface = new Surface(place, actions);
  const announcer = new Announcer(document.getElementById("status"));
  const session = new Session(api, given?.session ?? null);
  let router: Router;
  const stories = new Stories({ actions, announcer, api, banner, live, session, surface, router: () => router });
  const listening = hear({ actions, announcer, api, surface, router: () => router });
  const pages = new Pages(actions, stories, [
    [/^\/library$/, new Composed(api, surface, "library", "Library")],
    [/^\/preferences$/, new Preferences(api, surface, session, announcer)],
    [/^\/listen\//, new Listen(stories, listening)],
    [/^\/topics\//, new Topic({ actions, api, live, surface, router: () => router })],
  ]);
  router = new Router({ show: (place) => pages.show(place), cover: (podcastId) => listening.cover(podcastId) });
  offerThemes(document.querySelector(".masthead"), (theme) => void session.prefer({ theme }).catch(() => {}));
  void pages.show(here(), given).finally(() => setTimeout(settle, 100));
}

function here(): Place {
  const { pathname, search } = location;
  return { address: pathname + search, path: pathname, query: new URLSearchParams(search) };
}

/** From now on, pictures that come fade in. */
function settle(): void {
  document.documentElement.dataset["settled"] = "";
}
