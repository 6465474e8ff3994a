import { useSyncExternalStore } from 'react';

/** Route is what the address asks for. The selected span is part of it, so that an address can be sent to somebody. */
export type Route =
  | { readonly page: 'list' }
  | { readonly page: 'execution'; readonly id: string; readonly span: string | null };

export function parseRoute(url: URL): Route {
  const match = /^\/executions\/([^/]+)\/?$/.exec(url.pathname);
  if (match?.[1] === undefined) {
    return { page: 'list' };
  }
  let id: string;
  try {
    id = decodeURIComponent(match[1]);
  } catch {
    id = match[1];
  }
  return { page: 'execution', id, span: url.searchParams.get('span') };
}

export function executionPath(id: string): string {
  return `/executions/${encodeURIComponent(id)}`;
}

const changed = 'canvas:route';

/** go opens an address of this page without loading it again. */
export function go(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new Event(changed));
}

/** selectSpan puts the selected span into the address without adding to the browser's history. */
export function selectSpan(span: string | null): void {
  const url = new URL(location.href);
  if (span === null) {
    url.searchParams.delete('span');
  } else {
    url.searchParams.set('span', span);
  }
  history.replaceState(null, '', url);
  dispatchEvent(new Event(changed));
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(changed, listener);
  };
}

/** useRoute follows the address. */
export function useRoute(): Route {
  const href = useSyncExternalStore(subscribe, () => location.href);
  return parseRoute(new URL(href));
}
