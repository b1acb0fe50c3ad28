/** Where an episode can be heard, as its status tells. */

import type { Offer } from "../player/offer";
import type { PodcastStatus } from "./status";

/** @param refresh: the same episode by now. */
export function offerOf(status: PodcastStatus, refresh: Offer["refresh"]): Offer {
  return {
    title: status.title ?? status.topic,
    cover: status.media.cover?.url ?? null,
    live: status.status === "GENERATING" ? status.stream.websocket_url : null,
    file: (status.media.audio ?? status.media.episode)?.url ?? null,
    minutes: status.preferences.length_minutes ?? null,
    refresh,
  };
}
