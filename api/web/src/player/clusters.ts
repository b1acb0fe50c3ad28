/** Takes a WebM stream apart where it may be cut: one header, then clusters of known size. */

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Cluster {
  /** Seconds from the beginning of the episode. */
  readonly start: number;
  readonly end: number;
  readonly bytes: Bytes;
}

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const SECONDS_PER_BLOCK = 0.02;
const MOST_PENDING = 1 << 20;

interface Element {
  readonly id: number;
  /** Where its content begins. */
  readonly content: number;
  /** Where it ends; NaN where it does not say so. */
  readonly end: number;
}

/** Fed with bytes in pieces of any size, in order. */
export class ClusterReader {
  header: Bytes | null = null;
  #pending: Bytes = new Uint8Array(0);

  /** The clusters that are whole by now.
   *
   * @throws RangeError: this is no stream of ours.
   */
  push(piece: Bytes): Cluster[] {
    this.#pending = this.#pending.length ? join([this.#pending, piece]) : piece;
    if (this.#pending.length > MOST_PENDING) throw new RangeError("No cluster is that long.");
    if (this.header === null && !this.#readHeader()) return [];
    const found: Cluster[] = [];
    let at = 0;
    for (;;) {
      const element = readElement(this.#pending, at);
      if (element === null || element.end > this.#pending.length) break;
      if (element.id !== CLUSTER) throw new RangeError("Not a cluster.");
      found.push(readCluster(this.#pending.slice(at, element.end), element.content - at));
      at = element.end;
    }
    this.#pending = this.#pending.slice(at);
    return found;
  }

  #readHeader(): boolean {
    let at = 0;
    for (;;) {
      const element = readElement(this.#pending, at);
      if (element === null) return false;
      if (element.id === CLUSTER) break;
      at = element.id === SEGMENT ? element.content : element.end;
      if (Number.isNaN(at)) throw new RangeError("Not a header of ours.");
      if (at > this.#pending.length) return false;
    }
    this.header = this.#pending.slice(0, at);
    this.#pending = this.#pending.slice(at);
    return true;
  }
}

export function join(pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function readCluster(bytes: Bytes, content: number): Cluster {
  let milliseconds = 0;
  let blocks = 0;
  for (let at = content; at < bytes.length; ) {
    const element = readElement(bytes, at);
    if (element === null || !(element.end > at)) throw new RangeError("Damaged cluster.");
    if (element.id === TIMESTAMP) milliseconds = readNumber(bytes, element.content, element.end);
    if (element.id === SIMPLE_BLOCK) blocks += 1;
    at = element.end;
  }
  const start = milliseconds / 1000;
  return { start, end: start + blocks * SECONDS_PER_BLOCK, bytes };
}

/** RFC 8794: an id, a size, and then so many bytes. Null where not all of its head is there. */
function readElement(bytes: Uint8Array, at: number): Element | null {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23;
  if (at + idLength >= bytes.length) return null;
  const sizeAt = at + idLength;
  const sizeLength = Math.clz32(bytes[sizeAt] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8) throw new RangeError("Not EBML.");
  const content = sizeAt + sizeLength;
  if (content > bytes.length) return null;
  const size = readNumber(bytes, sizeAt, content) - 2 ** (7 * sizeLength);
  const unknown = size === 2 ** (7 * sizeLength) - 1;
  return { id: readNumber(bytes, at, sizeAt), content, end: unknown ? NaN : content + size };
}

function readNumber(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 256 + (bytes[at] ?? 0);
  return value;
}
