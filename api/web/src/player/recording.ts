/** What was received, kept as it came: a minute has half a megabyte, an episode fifteen at most.
 *
 * The browser's own buffer forgets what was heard; from here it gets it back, so that a listener may
 * go anywhere within what was received, at once and without a connection.
 */

import { type Bytes, type Cluster, ClusterReader, join } from "./clusters";

export class Recording {
  readonly clusters: Cluster[] = [];
  /** No more will come: the stream ended, or broke for good. */
  over = false;
  #reader = new ClusterReader();
  #bytes = 0;

  get header(): Bytes | null {
    return this.#reader.header;
  }

  /** Where it begins, in seconds: not 0 for who joined live. */
  get start(): number {
    return this.clusters[0]?.start ?? 0;
  }

  get end(): number {
    return this.clusters.at(-1)?.end ?? 0;
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws RangeError: what came is no stream of ours. */
  add(piece: Bytes): void {
    this.#bytes += piece.length;
    for (const cluster of this.#reader.push(piece)) this.clusters.push(cluster);
  }

  /** The index of the cluster that sounds at `seconds`, or of the one nearest to it. */
  at(seconds: number): number {
    let low = 0;
    let high = this.clusters.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.clusters[middle]?.start ?? 0) <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The SHA-256 of all that was received; null where the browser does not compute it
   * (a page that is neither https nor of this machine). */
  async digest(): Promise<string | null> {
    const { subtle } = globalThis.crypto as Partial<Crypto>;
    if (!subtle || !this.header) return null;
    const whole = join([this.header, ...this.clusters.map((cluster) => cluster.bytes)]);
    const hash = new Uint8Array(await subtle.digest("SHA-256", whole));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
