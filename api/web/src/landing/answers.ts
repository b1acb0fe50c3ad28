/** The parts of the facade's answers that the page reads (`/openapi.json`). */

import type { Message } from "./message";

export interface Ui {
  readonly version: string;
  readonly catalog: string;
  readonly messages: readonly Message[];
}

export interface Snippet {
  readonly snippet_id: string;
  readonly topic_id: string;
  readonly title: string;
  readonly text_content: string;
  readonly image_url: string | null;
  readonly estimated_full_podcast_length: number | null;
  readonly generation_timestamp: string;
  readonly category: string | null;
  readonly episode: { readonly podcast_id: string; readonly status: string; readonly duration_seconds: number | null } | null;
}

export interface Pool {
  readonly version: number;
  readonly refreshing: boolean;
  readonly checked_at: string | null;
  readonly newest_at: string | null;
}

export interface SnippetsAnswer {
  readonly workflow_id: string | null;
  readonly source: "generation" | "cache";
  readonly snippets: readonly Snippet[];
  readonly ui: Ui;
  readonly next_cursor: string | null;
  readonly pool: Pool;
}

export interface ExploreAnswer {
  readonly workflow_id: string;
  readonly status: string;
  readonly snippets: readonly Snippet[];
  readonly events_url: string;
}

export interface Category {
  readonly category: string;
  readonly label: string;
  readonly cards: number;
  readonly liked: boolean;
  readonly muted: boolean;
}

export interface Preferences {
  readonly liked?: readonly string[];
  readonly muted?: readonly string[];
  readonly [name: string]: unknown;
}

export interface SessionAnswer {
  readonly session_id: string;
  readonly preferences: Preferences;
}

export interface Accepted {
  readonly podcast_id: string;
  readonly workflow_id: string;
  readonly status: string;
  readonly stream_id: string;
  readonly websocket_url: string;
  readonly estimated_wait_seconds: number | null;
}
