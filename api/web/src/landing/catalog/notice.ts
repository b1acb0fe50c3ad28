/** `Notice`: a word to the reader where cards would stand, and perhaps something to do about it. */

import { html, nothing } from "lit";
import { define, Part } from "./part";
import { Notice } from "./schemas";

interface Properties {
  readonly tone: "info" | "empty" | "error" | "offline" | "loading";
  readonly text: string;
  readonly action: () => void;
  readonly actionLabel: string;
}

class NoticePart extends Part<Properties> {
  override render() {
    const { tone = "info", text, action, actionLabel } = this.properties;
    return html`<div class="notice" data-tone=${tone}>
      <p>${text}</p>
      ${action && actionLabel ? html`<button class="plain" type="button" @click=${action}>${actionLabel}</button>` : nothing}
    </div>`;
  }
}

define(Notice, NoticePart);
