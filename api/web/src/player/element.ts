/** `<aethercast-player>`: the player in a page. Give it an offer; it does the rest.
 *
 * In the page's own tree, so that the page's style reaches it. What stood in it before (an `audio`
 * for a browser without scripts) gives way.
 */

import "./player.css";
import { Controls, type Wishes } from "./controls";
import { describe, fallSilent, obey } from "./session";
import type { Offer } from "./offer";
import type { Beginning } from "./link";
import { Player } from "./player";

export class PlayerElement extends HTMLElement implements Wishes {
  readonly #audio = document.createElement("audio");
  readonly #controls = new Controls(this);
  #player: Player | null = null;
  #built = false;

  /** The episode to be played. Given again, it is what is known of the same episode by now. */
  set offer(offer: Offer) {
    this.#build();
    describe(offer);
    if (this.#player) {
      this.#player.update(offer);
    } else {
      this.#player = new Player(this.#audio, offer, () => this.#show());
      obey(this.#player, this);
      this.#show();
    }
  }

  get player(): Player | null {
    return this.#player;
  }

  get audio(): HTMLAudioElement {
    return this.#audio;
  }

  /** Begin, as if play had been pressed. A browser may want a press first: then it is paused. */
  start(beginning: Beginning = "start"): void {
    this.#player?.play(beginning);
  }

  /** Put it down: no sound, no connection. */
  close(): void {
    this.#player?.close();
    this.#player = null;
    fallSilent();
  }

  toggle(): void {
    if (this.#player?.scene.wanted) this.#player.pause();
    else this.#player?.play();
  }

  seek(seconds: number): void {
    this.#player?.seek(seconds);
  }

  skip(seconds: number): void {
    this.#player?.seek(this.#audio.currentTime + seconds);
  }

  goLive(): void {
    this.#player?.goLive();
  }

  setRate(rate: number): void {
    this.#audio.defaultPlaybackRate = this.#audio.playbackRate = rate;
  }

  setVolume(share: number): void {
    this.#audio.volume = share;
  }

  #build(): void {
    if (this.#built) return;
    this.#built = true;
    this.#audio.preload = "none";
    this.replaceChildren(this.#audio, ...this.#controls.parts(this));
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Player");
  }

  #show(): void {
    const scene = this.#player?.scene;
    if (!scene) return;
    if (this.dataset["state"] !== scene.state) this.dataset["state"] = scene.state;
    this.#controls.show(scene);
    this.dispatchEvent(new CustomEvent("heard", { detail: scene }));
  }
}

customElements.define("aethercast-player", PlayerElement);
