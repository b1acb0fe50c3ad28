/** The parts of a podcast's status that its page shows (`/openapi.json`, PodcastStatus). */

export interface Line {
  readonly line_id: string;
  readonly speaker: string;
  readonly text: string;
  readonly start_seconds: number | null;
  readonly end_seconds: number | null;
  readonly citations: readonly { readonly source_id: string; readonly quote: string | null }[];
}

export interface Part {
  readonly position: number;
  readonly heading: string;
  readonly lines: readonly Line[];
}

interface Media {
  readonly url: string;
}

export interface Agent {
  readonly task: string;
  readonly status: string;
  readonly progress: { readonly done: number; readonly total: number | null; readonly unit: string } | null;
}

export interface PodcastStatus {
  readonly status: "GENERATING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED";
  readonly topic: string;
  readonly title: string | null;
  readonly error: string | null;
  /** Null: it is not finished. */
  readonly duration_seconds: number | null;
  readonly preferences: { readonly length_minutes?: number };
  readonly agents: readonly Agent[];
  readonly media: { readonly audio: Media | null; readonly episode: Media | null; readonly cover: Media | null };
  readonly stream: { readonly websocket_url: string; readonly status: string };
  readonly script: {
    readonly parts: readonly Part[];
    readonly total: number | null;
    readonly estimated_seconds: number | null;
  } | null;
  readonly sources: readonly {
    readonly source_id: string;
    readonly kind: string;
    readonly title: string | null;
    readonly url: string | null;
    readonly author: string | null;
  }[];
}
