/** The page of one episode. The server wrote it to be read; this lets it be heard, and keeps it fresh. */

import { PlayerElement } from "../player/element";
import type { Scene } from "../player/scene";
import type { Offer } from "../player/offer";
import { Follower } from "./follow";
import { offerOf } from "./offer";
import { sentenceOf } from "./progress";
import { addSources } from "./sources";
import type { PodcastStatus } from "./status";
import { Transcript } from "./transcript";

const page = document.querySelector<HTMLElement>("main[data-status]");
const player = document.querySelector("aethercast-player");

if (page && player instanceof PlayerElement) wake(page, player);

function wake(page: HTMLElement, player: PlayerElement): void {
  const progress = document.getElementById("progress");
  const section = document.getElementById("transcript");
  const sources = document.getElementById("sources");
  const transcript = section ? new Transcript(section) : null;
  const follower = new Follower(page.dataset["status"] ?? "", (status) => {
    player.offer = offerOf(status, refresh);
    transcript?.update(status);
    if (sources) addSources(sources, status);
    if (progress) write(progress, sentenceOf(status, follower.secondsLeft));
    dress(status);
  });
  const refresh = async (): Promise<Offer> => offerOf(await follower.ask(), refresh);
  player.addEventListener("heard", (event) => {
    const { position, state } = (event as CustomEvent<Scene>).detail;
    transcript?.light(position, state === "playing");
  });
  player.offer = { ...firstOffer(player), refresh };
  if (page.dataset["making"] !== undefined) follower.follow(page.dataset["events"] ?? null);
}

/** What the server wrote into the page, so that play needs no question before. */
function firstOffer({ dataset }: PlayerElement): Omit<Offer, "refresh"> {
  return {
    title: dataset["title"] ?? document.title,
    cover: dataset["cover"] ?? null,
    live: dataset["live"] ?? null,
    file: dataset["file"] ?? null,
    minutes: dataset["minutes"] ? Number(dataset["minutes"]) : null,
  };
}

/** The title and the cover come while one listens. */
function dress(status: PodcastStatus): void {
  const title = document.querySelector("h1");
  if (title && status.title) write(title, status.title);
  if (status.title) document.title = `${status.title} · Aethercast`;
  const cover = document.querySelector<HTMLImageElement>("img.cover");
  const address = status.media.cover?.url;
  if (cover && address && cover.hidden) {
    cover.src = address;
    cover.hidden = false;
  }
}

function write(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
