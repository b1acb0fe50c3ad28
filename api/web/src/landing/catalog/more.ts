/** `LoadMore`: the next cards. */

import { html } from "lit";
import { Attending, presence } from "../presence";
import { define, Part } from "./part";
import { LoadMore } from "./schemas";

interface Properties {
  readonly label: string;
  readonly more: () => void;
}

class LoadMorePart extends Part<Properties> {
  constructor() {
    super();
    new Attending(this);
  }

  override render() {
    const { label, more } = this.properties;
    const ask = () => presence.fetching || more?.();
    const words = presence.fetching ? "A moment…" : presence.online ? label : "Offline";
    return html`<p class="more">
      <button class="plain" type="button" ?disabled=${!presence.online} aria-busy=${presence.fetching} @click=${ask}>${words}</button>
    </p>`;
  }
}

define(LoadMore, LoadMorePart);
