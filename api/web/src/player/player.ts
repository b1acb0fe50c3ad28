/** Plays one episode: live while it is made, from a file where it is finished.
 *
 * It has no face: a view is told of every change, and asks what there is to show.
 */

import { Backoff } from "./backoff";
import type { Bytes } from "./clusters";
import { meaningOf } from "./codes";
import { canFeed, Feeder } from "./feeder";
import { type Beginning, type Ending, type Heard, Link, type Refused } from "./link";
import { Machine, type State } from "./machine";
import type { Offer } from "./offer";
import { Recording } from "./recording";

export const MIME = 'audio/webm; codecs="opus"';
/** Received so many seconds ahead of what is heard, the server is asked to hold; then to go on. */
const HOLD_AT = 120;
const GO_ON_AT = 75;
/** How close to what was made last one can get, in seconds. */
const EDGE = 1;
const CHASE_MILLISECONDS = 700;
/** Who receives no more than so many seconds within that time is where things are made. */
const CAUGHT_UP = 5;
const FORGIVEN_AFTER = 60_000;
const DAMAGED = "The sound arrived damaged. Press play to load it again.";
const NO_LIVE =
  "This browser cannot play an episode while it is being made. It can be heard here as soon as it is finished.";
const UNPLAYABLE = "This browser cannot play the sound. Download the episode, or open it in another browser.";
const NOTHING = "There is nothing to hear yet.";
const UNFINISHED = "The episode was not finished; what there is can be heard again. Ask for it once more to have it whole.";
const NEVER = "The episode was not finished, and there is nothing to hear of it. Ask for it once more.";
const FILE_GONE = "The sound could not be loaded. Press play to try again.";

/** What there is to show. All times in seconds. */
export interface Scene {
  readonly state: State;
  /** What is to be said besides the state, or empty. */
  readonly note: string;
  /** Whether the sound is made to go on as soon as it can. */
  readonly wanted: boolean;
  readonly position: number;
  /** What can be gone to. */
  readonly from: number;
  readonly to: number;
  /** Whether more is being made. */
  readonly growing: boolean;
  readonly minutes: number | null;
}

type Way = "none" | "live" | "file";

export class Player implements Heard {
  readonly audio: HTMLAudioElement;
  readonly #machine: Machine;
  readonly #tell: () => void;
  readonly #link = new Link(this);
  readonly #backoff = new Backoff();
  readonly #life = new AbortController();
  #offer: Offer;
  #way: Way = "none";
  #recording = new Recording();
  #feeder: Feeder | null = null;
  #wanted = false;
  #begun = false;
  #chase: ReturnType<typeof setTimeout> | undefined;
  #lost = false;
  #parked = false;
  #note = "";
  /** Why there will be no more, said when what there is was heard. */
  #farewell = "";
  #failed = false;
  #damages = 0;
  #damagedAt = 0;
  #refreshes = 0;
  #joined: Beginning = "start";

  constructor(audio: HTMLAudioElement, offer: Offer, tell: () => void) {
    this.audio = audio;
    this.#offer = offer;
    this.#tell = tell;
    this.#machine = new Machine(tell);
    const heard = ["playing", "waiting", "ended", "seeked", "canplay", "durationchange"];
    const { signal } = this.#life;
    for (const name of heard) audio.addEventListener(name, () => this.#look(), { signal });
    for (const name of ["timeupdate", "seeking", "ratechange"]) {
      audio.addEventListener(name, () => this.#advance(), { signal });
    }
    // A headset, a key or the system may pause and go on as well as we.
    audio.addEventListener("pause", () => this.#follow(false), { signal });
    audio.addEventListener("play", () => this.#follow(true), { signal });
    audio.addEventListener("error", () => void this.#broken(), { signal });
    globalThis.addEventListener("online", () => this.#hurry(), { signal });
    // A page in the background is given less time: catch up as soon as it is looked at.
    document.addEventListener("visibilitychange", () => this.#advance(), { signal });
  }

  get scene(): Scene {
    const file = this.#way === "file";
    const length = Number.isFinite(this.audio.duration) ? this.audio.duration : 0;
    return {
      state: this.#machine.state,
      note: this.#note,
      wanted: this.#wanted,
      position: this.audio.currentTime,
      from: file ? 0 : this.#recording.start,
      to: file ? length : this.#recording.end,
      growing: this.#way === "live" && !this.#recording.over,
      minutes: this.#offer.minutes,
    };
  }

  get offer(): Offer {
    return this.#offer;
  }

  /** What the stream's end is compared with: bytes received, and their SHA-256. */
  async received(): Promise<[number, string | null]> {
    return [this.#recording.bytes, await this.#recording.digest()];
  }

  /** What is known of the episode by now: fresh links, a finished file. */
  update(offer: Offer): void {
    this.#offer = offer;
    if (this.#failed && this.#note === NO_LIVE && offer.file) this.#recover();
    else if (!offer.live && (this.#lost || this.#parked)) this.#connect();
    this.#tell();
  }

  /** Play, or go on; where it failed, try again. Call it from a listener's own action. */
  play(beginning: Beginning = "start"): void {
    this.#wanted = true;
    if (this.#failed) this.#recover();
    else if (this.#way === "none") this.#begin(beginning);
    else this.#start();
    if (this.#parked) this.#connect();
    this.#advance();
  }

  pause(): void {
    this.#wanted = false;
    this.audio.pause();
    this.#look();
  }

  /** Go to `seconds`, as far as there is sound. */
  seek(seconds: number): void {
    if (this.#way === "none") return;
    this.#endChase();
    const { from, to, growing } = this.scene;
    // Of a file that is only beginning to come, nobody knows yet how long it is.
    const last = growing ? Math.max(from, to - EDGE / 2) : to || Infinity;
    this.audio.currentTime = Math.min(Math.max(seconds, from), last);
    this.#advance();
  }

  /** Go to what was made just now: what the server held back comes within a moment. */
  goLive(): void {
    if (this.#way !== "live") {
      this.play("live");
      return;
    }
    this.#endChase();
    this.#keepChasing(this.#recording.end);
    this.#wanted = true;
    if (this.#parked) this.#connect();
    this.#goToEdge();
    this.#start();
    this.#advance();
  }

  /** Put it down for good: no sound, no connection. */
  close(): void {
    this.#life.abort();
    this.#endChase();
    this.#backoff.cancel();
    this.#link.drop();
    this.#feeder?.close();
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  // The connection

  opened(fresh: boolean): void {
    if (fresh && this.#recording.bytes) this.#load();
    this.#lost = this.#parked = false;
    this.#say("");
    this.#advance();
  }

  sound(bytes: Bytes): void {
    this.#backoff.succeeded();
    this.#refreshes = 0;
    try {
      this.#recording.add(bytes);
    } catch {
      this.#damaged();
      return;
    }
    if (this.#chase !== undefined) this.#goToEdge();
    this.#advance();
  }

  ended(ending: Ending): void {
    const recording = this.#recording;
    this.#link.drop();
    if (ending.bytes !== this.#link.cursor) {
      this.#damaged();
      return;
    }
    void this.#check(recording, ending.sha256);
  }

  lost(refused: Refused | null): void {
    if (refused === null) {
      this.#retry("");
      return;
    }
    const { remedy, sentence } = meaningOf(refused.code, refused.message, refused.retryable);
    if (remedy === "again") this.#retry(sentence);
    else if (remedy === "later") this.#park(sentence);
    else if (remedy === "anew") this.#anew(sentence);
    else if (remedy === "refresh") void this.#refresh(sentence);
    else if (remedy === "over") this.#over(sentence);
    else this.#fail(sentence);
  }

  // Ways to play

  #begin(beginning: Beginning): void {
    const { live, file } = this.#offer;
    if (live && canFeed(MIME)) this.#goLiveWay(beginning);
    else if (file) this.#goFileWay(file, 0);
    else this.#fail(live ? NO_LIVE : NOTHING);
  }

  #goLiveWay(beginning: Beginning): void {
    this.#way = "live";
    this.#joined = beginning;
    this.#link.forget();
    this.#load();
    this.#connect();
    this.#start();
  }

  #load(): void {
    this.#feeder?.close();
    this.#recording = new Recording();
    this.#feeder = new Feeder(this.audio, this.#recording, MIME, () => void this.#broken());
    this.#begun = false;
    this.#farewell = "";
  }

  #goFileWay(file: string, position: number): void {
    this.#way = "file";
    this.#backoff.cancel();
    this.#link.drop();
    this.#lost = this.#parked = false;
    this.#endChase();
    this.#say("");
    this.#farewell = "";
    this.#feeder?.close();
    this.#feeder = null;
    this.audio.preload = "metadata"; // who paused sees how long it is
    this.audio.src = file;
    if (position > 0) this.audio.currentTime = position;
    this.#start();
    this.#look();
  }

  #start(): void {
    if (!this.#wanted || !this.audio.paused) return;
    if (this.audio.ended) this.audio.currentTime = this.scene.from;
    this.audio.play().catch((problem: unknown) => {
      // A browser that wants a press first; all else is told by the element itself.
      if (problem instanceof DOMException && problem.name === "NotAllowedError") this.pause();
    });
  }

  /** Begin once more, where it failed. */
  #recover(): void {
    this.#failed = false;
    this.#damages = this.#refreshes = 0;
    this.#say("");
    const position = this.audio.currentTime;
    this.#machine.move("waiting");
    const { live, file } = this.#offer;
    const broke = !this.#recording.over || this.#farewell;
    const kept = this.#way === "live" && broke && this.#recording.bytes;
    if (kept && live) this.#goOn();
    else if (kept && !file && !this.audio.error) this.#hearAgain();
    else if (this.#way === "file" || (file && !live)) void this.#reload(position);
    else this.#begin(this.#joined);
  }

  #goOn(): void {
    this.#recording.over = false;
    this.#farewell = "";
    this.#connect();
    this.#start();
  }

  /** There will be no more than what was received; why is said again at its end. */
  #hearAgain(): void {
    this.#farewell ||= UNFINISHED;
    this.#recording.over = true;
    this.#start();
  }

  async #reload(position: number): Promise<void> {
    const offer = await this.#ask();
    if (offer.file) this.#goFileWay(offer.file, position);
    else this.#begin(this.#joined);
    this.#look();
  }

  // What may go wrong

  /** Where nothing is made any more, nobody is to be reached: there is a file, or no more to come. */
  #connect(): void {
    this.#backoff.cancel();
    const { live, file } = this.#offer;
    if (live && !this.#link.active) this.#link.connect(live, this.#joined);
    else if (!live && file) this.#goFileWay(file, this.audio.currentTime);
    else if (!live) this.#over(this.#recording.clusters.length ? UNFINISHED : NEVER);
  }

  #retry(sentence: string): void {
    this.#lost = true;
    this.#say(sentence);
    const asks = this.#backoff.failures >= 3;
    this.#backoff.again(() => (asks ? void this.#lookAround() : this.#connect()));
    this.#look();
  }

  #hurry(): void {
    if (this.#lost) this.#connect();
    this.#advance();
  }

  /** The server put the connection down while it was told to hold: come back when it is wanted. */
  #park(sentence: string): void {
    if (this.#wanted && this.#recording.end - this.audio.currentTime < GO_ON_AT) {
      this.#retry("");
      return;
    }
    this.#parked = true;
    this.#say(this.#wanted ? "" : sentence);
    if (!this.#offer.live) this.#connect();
    this.#look();
  }

  #anew(sentence: string): void {
    this.#countDamage();
    if (this.#damages > 3) {
      this.#fail(sentence);
      return;
    }
    this.#joined = "start";
    this.#link.forget();
    this.#load();
    this.#backoff.again(() => this.#connect());
    this.#start();
    this.#say(sentence);
    this.#look();
  }

  /** It is away for long: perhaps the episode is finished meanwhile, or has another address. */
  async #lookAround(): Promise<void> {
    const offer = await this.#ask();
    if (!this.#lost) return;
    if (offer.file) this.#goFileWay(offer.file, this.audio.currentTime);
    else this.#connect();
    this.#look();
  }

  /** A fresh link; where the first one is refused as well, it is as the server says. */
  async #refresh(sentence: string): Promise<void> {
    this.#refreshes += 1;
    this.#lost = true;
    this.#say("");
    this.#look();
    const offer = await this.#ask();
    if (!this.#lost) return; // what was learned has led elsewhere already
    if (offer.file && !this.#recording.over) this.#goFileWay(offer.file, this.audio.currentTime);
    else if (!offer.live || this.#refreshes > 2) this.#fail(sentence || FILE_GONE);
    else this.#connect();
    this.#look();
  }

  async #ask(): Promise<Offer> {
    try {
      this.#offer = await this.#offer.refresh();
    } catch {
      // The facade is away: what is known will have to do.
    }
    return this.#offer;
  }

  #over(sentence: string): void {
    this.#farewell = sentence;
    this.#recording.over = true;
    this.#backoff.cancel();
    this.#link.drop();
    this.#lost = this.#parked = false;
    this.#say("");
    if (this.#recording.clusters.length) this.#advance();
    else this.#fail(sentence);
  }

  #damaged(): void {
    this.#link.drop();
    this.#anew(DAMAGED);
  }

  async #check(recording: Recording, expected: string | null): Promise<void> {
    const found = this.#joined === "start" && expected ? await recording.digest() : null;
    if (recording !== this.#recording) return;
    if (found !== null && found !== expected) {
      this.#damaged();
      return;
    }
    recording.over = true;
    this.#lost = false;
    this.#say("");
    this.#advance();
  }

  /** What breaks now and then is mended each time; what breaks at once again is not. */
  #countDamage(): void {
    const now = performance.now();
    this.#damages = now - this.#damagedAt > FORGIVEN_AFTER ? 1 : this.#damages + 1;
    this.#damagedAt = now;
  }

  /** The audio element gave up: another way, or a fresh link, or a sentence. */
  async #broken(): Promise<void> {
    if (this.#failed || this.#way === "none") return;
    const position = this.audio.currentTime;
    this.#countDamage();
    const offer = this.#damages > 2 ? this.#offer : await this.#ask();
    if (this.#damages <= 2 && offer.file) this.#goFileWay(offer.file, position);
    else this.#fail(this.#way === "file" ? FILE_GONE : offer.live ? NO_LIVE : UNPLAYABLE);
    this.#look();
  }

  #fail(sentence: string): void {
    this.#failed = true;
    this.#wanted = false;
    this.#backoff.cancel();
    this.#link.drop();
    this.#lost = this.#parked = false;
    this.#endChase();
    this.audio.pause();
    this.#say(sentence);
    this.#look();
  }

  // Going on

  #follow(plays: boolean): void {
    if (plays === !this.audio.paused && !this.audio.ended && !this.#failed) this.#wanted = plays;
    this.#look();
  }

  /** Something moved: feed the browser, hold or release the server, look again. */
  #advance(): void {
    this.#feeder?.pump();
    this.#balance();
    this.#look();
  }

  #balance(): void {
    if (this.#way !== "live" || this.#recording.over) return;
    const ahead = this.#recording.end - this.audio.currentTime;
    if (this.#chase !== undefined || ahead < GO_ON_AT) {
      this.#link.hold(false);
      if (this.#parked && this.#wanted) this.#connect();
    } else if (ahead > HOLD_AT) {
      this.#link.hold(true);
    }
  }

  #endChase(): void {
    clearTimeout(this.#chase);
    this.#chase = undefined;
  }

  /** Until what comes is what is being made, and no more what was held back. */
  #keepChasing(before: number): void {
    this.#chase = setTimeout(() => {
      const { end } = this.#recording;
      if (end - before > CAUGHT_UP) this.#keepChasing(end);
      else this.#chase = undefined;
    }, CHASE_MILLISECONDS);
  }

  #goToEdge(): void {
    const { end, start } = this.#recording;
    if (end - this.audio.currentTime > 2 * EDGE) {
      this.audio.currentTime = Math.max(start, end - EDGE / 2);
    }
  }

  #look(): void {
    const state = this.#derive();
    if (state === "playing") this.#begun = true;
    if (state === "ended") this.#wanted = false;
    if (state === "error" && !this.#failed) {
      this.#fail(this.#farewell);
      return;
    }
    this.#machine.move(state);
    this.#tell();
  }

  #derive(): State {
    const { audio } = this;
    if (this.#failed) return "error";
    if (this.#way === "none") return "idle";
    if (audio.ended) return this.#farewell ? "error" : "ended";
    if (this.#lost) return "reconnecting";
    if (!this.#wanted) return "paused";
    if (!audio.paused && !audio.seeking && audio.readyState >= audio.HAVE_FUTURE_DATA) return "playing";
    return this.#begun ? "stalled" : "waiting";
  }

  #say(note: string): void {
    this.#note = note;
    this.#tell();
  }
}
