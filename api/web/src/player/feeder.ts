/** Feeds an audio element from the recording by Media Source Extensions.
 *
 * The browser's buffer holds a stretch around what is heard and no more: at most AHEAD seconds to
 * come, and BEHIND seconds that were heard. Whoever goes elsewhere gets another stretch.
 */

import { type Bytes, join } from "./clusters";
import type { Recording } from "./recording";

export const AHEAD = 60;
export const BEHIND = 30;
const LEAST_AHEAD = 5;
const FORGET_AT_ONCE = 10;
const APPEND_AT_ONCE = 8;
/** An Opus decoder needs 80 ms to find itself (RFC 7845): one cluster before where one goes. */
const PRE_ROLL = 0.2;
const SLACK = 0.1;

export function canFeed(mime: string): boolean {
  return typeof MediaSource === "function" && MediaSource.isTypeSupported(mime);
}

export class Feeder {
  readonly #audio: HTMLAudioElement;
  readonly #recording: Recording;
  readonly #url: string;
  readonly #source = new MediaSource();
  #buffer: SourceBuffer | null = null;
  #headed = false;
  #ahead = AHEAD;
  /** Clusters from `first` up to, not including, `next` are in the browser's buffer. */
  #first = 0;
  #next = 0;
  #closed = false;

  /** @param broken: the browser does not play this. */
  constructor(audio: HTMLAudioElement, recording: Recording, mime: string, broken: () => void) {
    this.#audio = audio;
    this.#recording = recording;
    this.#url = URL.createObjectURL(this.#source);
    const opened = () => {
      if (this.#closed) return;
      try {
        this.#buffer = this.#source.addSourceBuffer(mime);
      } catch {
        broken();
        return;
      }
      this.#buffer.addEventListener("updateend", () => this.pump());
      this.pump();
    };
    this.#source.addEventListener("sourceopen", opened, { once: true });
    audio.src = this.#url;
  }

  /** Do the one thing that is due; called whenever something has changed. */
  pump(): void {
    const buffer = this.#buffer;
    if (this.#closed || !buffer || buffer.updating || this.#source.readyState === "closed") return;
    const header = this.#recording.header;
    if (header === null) {
      this.#endWithout();
    } else if (!this.#headed) {
      this.#headed = this.#append(header);
    } else {
      this.#open();
      this.#keepAround(buffer, this.#place());
    }
  }

  /** Whether all there is, and will be, is in the buffer. */
  get complete(): boolean {
    return this.#recording.over && this.#next === this.#recording.clusters.length;
  }

  close(): void {
    this.#closed = true;
    URL.revokeObjectURL(this.#url);
  }

  /** An endless source can be sought as far as its buffer only, unless one says how far. */
  #open(): void {
    const { start, end } = this.#recording;
    if (this.#source.readyState === "open" && this.#source.duration === Infinity && end > start) {
      this.#source.setLiveSeekableRange(start, end);
    }
  }

  /** Who joined late begins where the sound begins. */
  #place(): number {
    const { start, clusters } = this.#recording;
    if (clusters.length && this.#audio.currentTime < start - SLACK) this.#audio.currentTime = start;
    return this.#audio.currentTime;
  }

  #keepAround(buffer: SourceBuffer, place: number): void {
    const { clusters } = this.#recording;
    if (!clusters.length) return;
    const wanted = this.#recording.at(place - PRE_ROLL);
    const low = clusters[this.#first]?.start ?? 0;
    const high = this.#next > this.#first ? (clusters[this.#next - 1]?.end ?? 0) : low;
    if (wanted < this.#first || wanted > this.#next) {
      this.#goTo(buffer, wanted);
    } else if (this.#source.readyState === "open" && place - low > BEHIND + FORGET_AT_ONCE) {
      this.#forget(buffer, place - BEHIND);
    } else if (this.#next < clusters.length && high - place < this.#ahead) {
      this.#appendMore();
    } else if (this.complete && this.#source.readyState === "open") {
      this.#source.endOfStream();
    }
  }

  /** Begin another stretch. What lies in the buffer goes: two stretches would grow together. */
  #goTo(buffer: SourceBuffer, from: number): void {
    this.#first = this.#next = from;
    if (buffer.buffered.length) buffer.remove(0, Infinity);
    else this.#appendMore();
  }

  #forget(buffer: SourceBuffer, until: number): void {
    this.#first = Math.min(this.#recording.at(until), this.#next);
    buffer.remove(0, Math.max(0.001, this.#recording.clusters[this.#first]?.start ?? until));
  }

  #appendMore(): void {
    const { clusters } = this.#recording;
    const start = clusters[this.#next]?.start ?? 0;
    let behind = this.#next;
    while (behind < clusters.length && (clusters[behind]?.start ?? 0) < start + APPEND_AT_ONCE) {
      behind += 1;
    }
    const pieces = clusters.slice(this.#next, behind).map((cluster) => cluster.bytes);
    if (pieces.length && this.#append(join(pieces))) this.#next = behind;
  }

  #append(bytes: Bytes): boolean {
    try {
      this.#buffer?.appendBuffer(bytes);
      return true;
    } catch (problem) {
      if (!(problem instanceof DOMException) || problem.name !== "QuotaExceededError") throw problem;
      this.#makeRoom();
      return false;
    }
  }

  /** The browser has less room than we thought: keep less ahead, and forget sooner. */
  #makeRoom(): void {
    this.#ahead = Math.max(LEAST_AHEAD, this.#ahead / 2);
    const buffer = this.#buffer;
    const until = this.#audio.currentTime - 1;
    const low = this.#recording.clusters[this.#first]?.start ?? 0;
    if (buffer && !buffer.updating && until > low + 1) this.#forget(buffer, until);
  }

  #endWithout(): void {
    if (this.#recording.over && this.#source.readyState === "open") this.#source.endOfStream();
  }
}
