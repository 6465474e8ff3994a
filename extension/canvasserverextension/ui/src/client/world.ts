/** Wire is the part of a WebSocket that is used. */
export interface Wire {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(): void;
}

/** World is everything outside of the client, so that a test, or another runtime than a browser, can stand in for it. */
export interface World {
  /** open throws where a subprotocol holds characters that are not allowed there. */
  open(url: string, protocols: readonly string[]): Wire;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** now is in milliseconds since 1970. */
  now(): number;
  /** after runs something once, unless what it returns is called before. */
  after(ms: number, run: () => void): () => void;
  /** random is in [0, 1). */
  random(): number;
  hidden(): boolean;
  /** watch calls when the page is hidden or seen, and when the machine is online again, until what it returns is called. */
  watch(changed: () => void, online: () => void): () => void;
}

/** systemWorld is the world of a browser; it also does in Node, where nothing is ever hidden. */
export function systemWorld(): World {
  const page = typeof document === 'undefined' ? null : document;
  return {
    open: (url, protocols) => new WebSocket(url, [...protocols]),
    fetch: (url, init) => fetch(url, init),
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    random: () => Math.random(),
    hidden: () => page?.visibilityState === 'hidden',
    watch: (changed, online) => {
      page?.addEventListener('visibilitychange', changed);
      globalThis.addEventListener?.('online', online);
      return () => {
        page?.removeEventListener('visibilitychange', changed);
        globalThis.removeEventListener?.('online', online);
      };
    },
  };
}
