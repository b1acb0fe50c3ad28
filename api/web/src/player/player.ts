/** Plays one episode: live while it is made, from a file where it is finished.
 *
 * It has no face: a view is told of every change, and asks what there is to show.
 */

import { attend } from "./attend";
import { Chase, EDGE } from "./chase";
import type { Bytes } from "./clusters";
import { meaningOf } from "./codes";
import { Damages } from "./damages";
import { canFeed, Feeder } from "./feeder";
import type { Beginning, Ending, Heard, Refused } from "./link";
import { Machine, type State } from "./machine";
import type { Offer } from "./offer";
import { Reach } from "./reach";
import { Recording } from "./recording";
import type { Scene } from "./scene";
import { DAMAGED, FILE_GONE, NEVER, NO_LIVE, NOTHING, UNFINISHED, UNPLAYABLE } from "./sentences";

export const MIME = 'audio/webm; codecs="opus"';
/** Received so many seconds ahead of what is heard, the server is asked to hold; then to go on. */
const HOLD_AT = 120;
const GO_ON_AT = 75;

type Way = "none" | "live" | "file";

export class Player implements Heard {
  readonly audio: HTMLAudioElement;
  readonly #machine: Machine;
  readonly #tell: () => void;
  readonly #reach = new Reach(this);
  readonly #chase: Chase;
  readonly #damages = new Damages();
  readonly #life = new AbortController();
  #offer: Offer;
  #way: Way = "none";
  #recording = new Recording();
  #feeder: Feeder | null = null;
  #wanted = false;
  #begun = false;
  #note = "";
  /** Why there will be no more, said when what there is was heard. */
  #farewell = "";
  #failed = false;
  #refreshes = 0;
  #joined: Beginning = "start";

  constructor(audio: HTMLAudioElement, offer: Offer, tell: () => void) {
    this.audio = audio;
    this.#offer = offer;
    this.#tell = tell;
    this.#machine = new Machine(tell);
    this.#chase = new Chase(audio, () => this.#recording);
    const attentive = {
      sounded: () => this.#look(),
      moved: () => this.#advance(),
      pressed: (plays: boolean) => this.#follow(plays),
      broke: () => void this.#broken(),
      online: () => this.#hurry(),
    };
    attend(audio, attentive, this.#life.signal);
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
    else if (!offer.live && (this.#reach.lost || this.#reach.parked)) this.#connect();
    this.#tell();
  }

  /** Play, or go on; where it failed, try again. Call it from a listener's own action. */
  play(beginning: Beginning = "start"): void {
    this.#wanted = true;
    if (this.#failed) this.#recover();
    else if (this.#way === "none") this.#begin(beginning);
    else this.#start();
    if (this.#reach.parked) this.#connect();
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
    this.#chase.end();
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
    this.#chase.begin();
    this.#wanted = true;
    if (this.#reach.parked) this.#connect();
    this.#chase.follow();
    this.#start();
    this.#advance();
  }

  /** Put it down for good: no sound, no connection. */
  close(): void {
    this.#life.abort();
    this.#chase.end();
    this.#reach.leave();
    this.#feeder?.close();
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  // The connection

  opened(fresh: boolean): void {
    if (fresh && this.#recording.bytes) this.#load();
    this.#reach.opened();
    this.#say("");
    this.#advance();
  }

  sound(bytes: Bytes): void {
    this.#reach.succeeded();
    this.#refreshes = 0;
    try {
      this.#recording.add(bytes);
    } catch {
      this.#damaged();
      return;
    }
    this.#chase.follow();
    this.#advance();
  }

  ended(ending: Ending): void {
    const recording = this.#recording;
    this.#reach.link.drop();
    if (ending.bytes !== this.#reach.link.cursor) {
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
    this.#reach.link.forget();
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
    this.#reach.leave();
    this.#chase.end();
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
    this.#damages.forgive();
    this.#refreshes = 0;
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
    const { live, file } = this.#offer;
    if (live) this.#reach.connect(live, this.#joined);
    else if (file) this.#goFileWay(file, this.audio.currentTime);
    else this.#over(this.#recording.clusters.length ? UNFINISHED : NEVER);
  }

  #retry(sentence: string): void {
    this.#reach.lose();
    this.#say(sentence);
    const asks = this.#reach.failures >= 3;
    this.#reach.again(() => (asks ? void this.#lookAround() : this.#connect()));
    this.#look();
  }

  #hurry(): void {
    if (this.#reach.lost) this.#connect();
    this.#advance();
  }

  /** The server put the connection down while it was told to hold: come back when it is wanted. */
  #park(sentence: string): void {
    if (this.#wanted && this.#recording.end - this.audio.currentTime < GO_ON_AT) {
      this.#retry("");
      return;
    }
    this.#reach.park();
    this.#say(this.#wanted ? "" : sentence);
    if (!this.#offer.live) this.#connect();
    this.#look();
  }

  #anew(sentence: string): void {
    if (this.#damages.add() > 3) {
      this.#fail(sentence);
      return;
    }
    this.#joined = "start";
    this.#reach.link.forget();
    this.#load();
    this.#reach.again(() => this.#connect());
    this.#start();
    this.#say(sentence);
    this.#look();
  }

  /** It is away for long: perhaps the episode is finished meanwhile, or has another address. */
  async #lookAround(): Promise<void> {
    const offer = await this.#ask();
    if (!this.#reach.lost) return;
    if (offer.file) this.#goFileWay(offer.file, this.audio.currentTime);
    else this.#connect();
    this.#look();
  }

  /** A fresh link; where the first one is refused as well, it is as the server says. */
  async #refresh(sentence: string): Promise<void> {
    this.#refreshes += 1;
    this.#reach.lose();
    this.#say("");
    this.#look();
    const offer = await this.#ask();
    if (!this.#reach.lost) return; // what was learned has led elsewhere already
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
    this.#reach.leave();
    this.#say("");
    if (this.#recording.clusters.length) this.#advance();
    else this.#fail(sentence);
  }

  #damaged(): void {
    this.#reach.link.drop();
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
    this.#reach.opened();
    this.#say("");
    this.#advance();
  }

  /** The audio element gave up: another way, or a fresh link, or a sentence. */
  async #broken(): Promise<void> {
    if (this.#failed || this.#way === "none") return;
    const position = this.audio.currentTime;
    const again = this.#damages.add() > 2;
    const offer = again ? this.#offer : await this.#ask();
    if (!again && offer.file) this.#goFileWay(offer.file, position);
    else this.#fail(this.#way === "file" ? FILE_GONE : offer.live ? NO_LIVE : UNPLAYABLE);
    this.#look();
  }

  #fail(sentence: string): void {
    this.#failed = true;
    this.#wanted = false;
    this.#reach.leave();
    this.#chase.end();
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
    if (this.#chase.on || ahead < GO_ON_AT) {
      this.#reach.link.hold(false);
      if (this.#reach.parked && this.#wanted) this.#connect();
    } else if (ahead > HOLD_AT) {
      this.#reach.link.hold(true);
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
    if (this.#reach.lost) return "reconnecting";
    if (!this.#wanted) return "paused";
    if (!audio.paused && !audio.seeking && audio.readyState >= audio.HAVE_FUTURE_DATA) return "playing";
    return this.#begun ? "stalled" : "waiting";
  }

  #say(note: string): void {
    this.#note = note;
    this.#tell();
  }
}
