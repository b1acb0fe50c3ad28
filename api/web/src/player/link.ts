/** The connection to the stream server: made, lost, made again, where it broke off. */

import type { Bytes } from "./clusters";

export interface Ending {
  readonly bytes: number;
  readonly sha256: string | null;
}

export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export interface Heard {
  /** The first message of a connection. `fresh`: what was received before does not count. */
  opened(fresh: boolean): void;
  sound(bytes: Bytes): void;
  ended(ending: Ending): void;
  /** It is gone; with the server's word where there was one. */
  lost(refused: Refused | null): void;
}

interface Metadata {
  readonly type: "stream_metadata";
  readonly cursor: number;
  readonly header_bytes: number;
  readonly revision: number;
}

type Message = Metadata | ({ type: "stream_end" } & Ending) | ({ type: "error" } & Refused);

/** Where a connection begins. */
export type Beginning = "start" | "live";

export class Link {
  readonly #heard: Heard;
  #socket: WebSocket | null = null;
  #cursor = 0;
  #revision: number | null = null;
  #headerLeft = 0;
  #refused: Refused | null = null;
  #held = false;
  /** Since the last word of `begin`, bytes of the stream came. */
  #placed = false;

  constructor(heard: Heard) {
    this.#heard = heard;
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get active(): boolean {
    return this.#socket !== null;
  }

  /** The next byte wanted. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Forget where it was: the next connection is a first one. */
  forget(): void {
    this.#placed = false;
    this.#revision = null;
    this.#cursor = 0;
  }

  /** Connect, in place of the connection there may be. `address` has a query already. */
  connect(address: string, beginning: Beginning): void {
    this.drop();
    const place = this.#placed
      ? `&cursor=${this.#cursor}&revision=${this.#revision}`
      : `&from=${beginning}`;
    const socket = new WebSocket(address + place);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#refused = null;
    this.#held = false;
    socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.#socket) return;
      if (typeof data === "string") this.#read(JSON.parse(data) as Message);
      else this.#take(new Uint8Array(data));
    });
    socket.addEventListener("close", () => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#heard.lost(this.#refused);
    });
  }

  /** Hang up without a word. */
  drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Ask the server to send nothing for a while, or to go on. */
  hold(held: boolean): void {
    if (held === this.#held || !this.open) return;
    this.#held = held;
    this.#socket?.send(JSON.stringify({ type: held ? "pause" : "resume" }));
  }

  #read(message: Message): void {
    if (message.type === "stream_metadata") this.#begin(message);
    else if (message.type === "stream_end") this.#heard.ended(message);
    else if (message.type === "error") this.#refused = message;
  }

  #begin(metadata: Metadata): void {
    const { cursor, revision, header_bytes } = metadata;
    if (this.#placed && (cursor !== this.#cursor || revision !== this.#revision)) {
      const message = "The place was lost.";
      this.drop();
      this.#heard.lost({ code: "stream_restarted", message, retryable: false });
      return;
    }
    this.#cursor = cursor;
    this.#revision = revision;
    this.#headerLeft = header_bytes;
    this.#heard.opened(!this.#placed);
  }

  #take(bytes: Bytes): void {
    const header = Math.min(this.#headerLeft, bytes.length);
    this.#headerLeft -= header;
    this.#cursor += bytes.length - header;
    if (this.#headerLeft === 0) this.#placed = true;
    this.#heard.sound(bytes);
  }
}
