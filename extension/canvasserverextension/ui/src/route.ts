import { useSyncExternalStore } from 'react';

/** Route is what the address asks for. The selected span is part of it, so that an address can be sent to somebody. */
export type Route =
  | { readonly page: 'list' }
  | { readonly page: 'execution'; readonly id: string; readonly span: string | null };

/** home is the path that the page is shown under: /, or what the server's base_path says. All links are relative to it, by <base>. */
export function home(): string {
  return new URL(document.baseURI).pathname;
}

/** parseRoute reads an address of the page that is shown under a path, or that of a server whose proxy has taken the path off. */
export function parseRoute(url: URL, under: string): Route {
  const path = url.pathname.startsWith(under) ? url.pathname.slice(under.length) : url.pathname.slice(1);
  const match = /^executions\/([^/]+)\/?$/.exec(path);
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

/** listPath is the link to the list. */
export const listPath = '.';

export function executionPath(id: string): string {
  return `executions/${encodeURIComponent(id)}`;
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
  return parseRoute(new URL(href), home());
}
