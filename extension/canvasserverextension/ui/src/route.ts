import { useSyncExternalStore } from 'react';
import { readFilter, type ListFilter } from './list/filter';
import { rangeIn, type Range } from './model/zoom';

export const views = ['trace', 'transcript', 'tokens'] as const;
/** View is how an execution is looked at. */
export type View = (typeof views)[number];

/** Route is what the address asks for. All that somebody chose is part of it, so that an address can be sent to somebody else. */
export type Route =
  | { readonly page: 'list'; readonly filter: ListFilter }
  | { readonly page: 'execution'; readonly id: string; readonly span: string | null; readonly view: View; readonly q: string } & TraceView
  | { readonly page: 'compare'; readonly a: string | null; readonly b: string | null; readonly step: string | null };

/** TraceView is how somebody looks at the span tree. */
export interface TraceView {
  /** event is the place of one of the selected span's events. */
  readonly event: number | null;
  readonly range: Range | null;
  /** path: the critical path is shown. fold: one row stands for similar leaves. */
  readonly path: boolean;
  readonly fold: boolean;
}

function traceView(asked: URLSearchParams): TraceView {
  const event = asked.get('event') ?? '';
  return {
    event: /^\d{1,6}$/.test(event) ? Number(event) : null,
    range: rangeIn(asked.get('from'), asked.get('to')), path: asked.get('path') === 'on', fold: asked.get('fold') !== 'off',
  };
}

/** home is the path that the page is shown under: /, or what the server's base_path says. All links are relative to it, by <base>. */
export function home(): string {
  return new URL(document.baseURI).pathname;
}

/** parseRoute reads an address of the page that is shown under a path, or that of a server whose proxy has taken the path off. */
export function parseRoute(url: URL, under: string): Route {
  const path = url.pathname.startsWith(under) ? url.pathname.slice(under.length) : url.pathname.slice(1);
  const asked = url.searchParams;
  const q = asked.get('q') ?? '';
  if (/^compare\/?$/.test(path)) {
    return { page: 'compare', a: asked.get('a'), b: asked.get('b'), step: asked.get('step') };
  }
  const match = /^executions\/([^/]+)\/?$/.exec(path);
  if (match?.[1] === undefined) {
    return { page: 'list', filter: readFilter(asked) };
  }
  let id: string;
  try {
    id = decodeURIComponent(match[1]);
  } catch {
    id = match[1];
  }
  return { page: 'execution', id, span: asked.get('span'), view: views.find((v) => v === asked.get('view')) ?? 'trace', q, ...traceView(asked) };
}

/** listPath is the link to the list. */
export const listPath = '.';

export function executionPath(id: string): string {
  return `executions/${encodeURIComponent(id)}`;
}

/** comparePath is the link to two executions side by side; without the second, to the choice of one. */
export function comparePath(a: string, b: string | null): string {
  return `compare?${new URLSearchParams(b === null ? { a } : { a, b }).toString()}`;
}

const changed = 'canvas:route';

/** go opens an address of this page without loading it again. */
export function go(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new Event(changed));
}

/** Changes are query parameters to set; null or an empty text removes one. */
export type Changes = Readonly<Record<string, string | null>>;

/** withSearch is the address with these parameters changed and all others as they were. */
export function withSearch(url: URL, changes: Changes): URL {
  const next = new URL(url);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') {
      next.searchParams.delete(key);
    } else {
      next.searchParams.set(key, value);
    }
  }
  return next;
}

/**
 * setSearch changes query parameters of the address. What somebody chose is a step that the back button takes back: push. What
 * changes with each key that is typed is none: replace.
 */
export function setSearch(changes: Changes, how: 'push' | 'replace'): void {
  const now = new URL(location.href);
  const next = withSearch(now, changes);
  if (next.href === now.href) {
    return;
  }
  if (how === 'push') {
    history.pushState(null, '', next);
  } else {
    history.replaceState(null, '', next);
  }
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

/** useParam follows one query parameter of the address, for what only one view knows; null where it is not there. */
export function useParam(name: string): string | null {
  return useSyncExternalStore(subscribe, () => new URL(location.href).searchParams.get(name));
}

/** searchHref is the link to the present address with these parameters changed. */
export function searchHref(changes: Changes): string {
  const { pathname, search } = withSearch(new URL(location.href), changes);
  return pathname + search;
}
