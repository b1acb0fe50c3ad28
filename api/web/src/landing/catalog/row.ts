/** `EpisodeRow`: an episode of the caller's. */

import { html, nothing } from "lit";
import { opensElsewhere, pictureLink } from "./links";
import { define, Part } from "./part";
import { EpisodeRow } from "./schemas";

interface Properties {
  readonly podcastId: string;
  readonly title: string;
  readonly status: string;
  readonly state: string;
  readonly date: string;
  readonly minutes: number;
  readonly cover: string;
  readonly open: () => void;
}

class EpisodeRowPart extends Part<Properties> {
  override render() {
    const { podcastId = "", title, status, state = "idle", date, minutes, cover, open } = this.properties;
    const go = (event: MouseEvent) => {
      if (opensElsewhere(event)) return;
      event.preventDefault();
      open?.();
    };
    const address = pictureLink(cover);
    const facts = [status, minutes ? `${minutes} min` : "", date].filter(Boolean).join(" · ");
    return html`<article class="row" data-state=${state}>
      <div class="row-cover">${address ? html`<img src=${address} alt="" width="64" height="64" loading="lazy" />` : nothing}</div>
      <div class="row-text">
        <h3 class="row-title" dir="auto"><a href="/listen/${podcastId}" @click=${go}>${title}</a></h3>
        <p class="row-facts">${facts}</p>
      </div>
    </article>`;
  }
}

define(EpisodeRow, EpisodeRowPart);
