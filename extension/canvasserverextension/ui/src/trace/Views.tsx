import type { ReactNode } from 'react';
import { views, withSearch, type View } from '../route';
import { headerText, viewNames } from '../text/trace';

/** Views are links, so that each can be opened in another tab or sent to somebody. */
export function Views({ view }: { readonly view: View }): ReactNode {
  return (
    <nav className="views" aria-label={headerText.views}>
      {views.map((v) => <a key={v} href={viewHref(v)} aria-current={v === view ? 'page' : undefined}>{viewNames[v]}</a>)}
    </nav>
  );
}

/** viewHref is the present address in another view. */
export function viewHref(view: View): string {
  const { pathname, search } = withSearch(new URL(location.href), { view: view === 'trace' ? null : view });
  return pathname + search;
}
