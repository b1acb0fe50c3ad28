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
import type { State } from "./machine";
import { Player } from "./player";
import type { Scene } from "./scene";

export class PlayerElement extends HTMLElement implements Wishes {
  readonly #audio = document.createElement("audio");
  readonly #controls = new Controls(this);
  #player: Player | null = null;
  #built = false;
  /** What is shown while there is no episode yet. */
  #before: Scene | null = null;

  /** The episode to be played. Given again, it is what is known of the same episode by now. */
  set offer(offer: Offer) {
    this.#build();
    describe(offer);
    if (this.#player) {
      this.#player.update(offer);
    } else {
      const wanted = this.#before?.wanted ?? false;
      this.#before = null;
      this.#player = new Player(this.#audio, offer, () => this.#show());
      obey(this.#player, this);
      if (wanted) this.#player.play();
      this.#show();
    }
  }

  /** Play was pressed before anybody knows where it is heard: the offer that follows plays at once.
   * Call it in the handler of the press, since some browsers let only what was begun there sound. */
  expect(minutes: number | null): void {
    this.#build();
    this.close();
    this.#hope(true, minutes);
  }

  /** There will be no offer; why. */
  refuse(sentence: string): void {
    this.#build();
    this.close();
    this.#await("error", sentence, false, null);
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
    this.#before = null;
    fallSilent();
  }

  toggle(): void {
    if (this.#before) this.#wish(this.#before);
    else if (this.#player?.scene.wanted) this.#player.pause();
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

  #await(state: State, note: string, wanted: boolean, minutes: number | null): void {
    this.#before = { state, note, wanted, position: 0, from: 0, to: 0, growing: false, minutes };
    this.#show();
  }

  /** Pressed without an episode: it will play or not; what was refused is asked for once more. */
  #wish({ state, wanted, minutes }: Scene): void {
    if (state === "error") this.dispatchEvent(new CustomEvent("again"));
    else this.#hope(!wanted, minutes);
  }

  /** There is nothing yet, but from here on the sound may begin by itself, or may not. */
  #hope(wanted: boolean, minutes: number | null): void {
    if (wanted) void this.#audio.play().catch(() => undefined);
    else this.#audio.pause();
    this.#await(wanted ? "waiting" : "paused", "", wanted, minutes);
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
    const scene = this.#player?.scene ?? this.#before;
    if (!scene) return;
    if (this.dataset["state"] !== scene.state) this.dataset["state"] = scene.state;
    this.#controls.show(scene);
    this.dispatchEvent(new CustomEvent("heard", { detail: scene }));
  }
}

customElements.define("aethercast-player", PlayerElement);
