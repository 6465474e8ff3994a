/** The transports, the best first. */
export const transports = ['websocket', 'events', 'poll'] as const;
export type TransportName = (typeof transports)[number];

export type ConnectionKind =
  /** Nothing is subscribed, so nothing is connected. */
  | 'idle'
  | 'connecting'
  | 'live'
  /** The connection was lost, and the client comes again by itself. */
  | 'waiting'
  /** The page was hidden for long; the client goes on as soon as it is seen. */
  | 'paused'
  /** The server wants another token; renew() tries again. */
  | 'unauthorized'
  /** The server turns this page away for good. */
  | 'refused'
  | 'closed';

/** Connection is what a client says of its line to the server. It is a new object with every change. */
export interface Connection {
  readonly kind: ConnectionKind;
  /** transport is what is used, or would be used next. */
  readonly transport: TransportName;
  /** attempt counts the tries since the client was live last; 0 while it is. */
  readonly attempt: number;
  /** reason is a sentence that says why the client is not live, or what it fell back from; null where there is none. */
  readonly reason: string | null;
  /** since is when this began, in milliseconds since 1970. */
  readonly since: number;
  /** resumed: the client was live before and went on where it was. */
  readonly resumed: boolean;
  /** retryAt is when a waiting client comes again, in milliseconds since 1970. */
  readonly retryAt: number | null;
}

/** Loss is why a transport as a whole ended. */
export type Loss =
  | { readonly kind: 'unauthorized' }
  /** Coming again cannot help. */
  | { readonly kind: 'refused'; readonly reason: string }
  | {
    readonly kind: 'lost';
    readonly reason: string;
    /** pauseMs is how long the server asks to be left alone; 0 leaves it to the client. */
    readonly pauseMs: number;
    /** unfit: what is between here and the server does not seem to let this transport through. */
    readonly unfit: boolean;
  };

export function lost(reason: string, more: { readonly pauseMs?: number; readonly unfit?: boolean } = {}): Loss {
  return { kind: 'lost', reason, pauseMs: more.pauseMs ?? 0, unfit: more.unfit ?? false };
}

/** Problem is why one subscription cannot be followed; the others go on. */
export interface Problem {
  /** code is a close code of the wire contract, such as 4403. */
  readonly code: number;
  readonly reason: string;
  readonly retryable: boolean;
}
