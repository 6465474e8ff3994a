import { List, Trigger } from '@radix-ui/react-tabs';
import type { MouseEvent, ReactNode } from 'react';
import { setSearch, views, withSearch, type View } from '../route';
import { headerText, viewNames } from '../text/trace';

/** Views are tabs, and links as well, so that each can be opened in another tab of the browser or sent to somebody. */
export function Views(): ReactNode {
  return (
    <List className="views" aria-label={headerText.views}>
      {views.map((v) => (
        <Trigger key={v} value={v} asChild onMouseDown={leaveToBrowser}>
          <a href={viewHref(v)} type={undefined} onClick={(e) => { choose(e, v); }} onKeyDown={(e) => {
            if (e.key === ' ') {
              e.preventDefault();
              showView(v);
            }
          }}>{viewNames[v]}</a>
        </Trigger>
      ))}
    </List>
  );
}

/** showView is a step of the history. */
export function showView(view: View): void {
  setSearch({ view: view === 'trace' ? null : view }, 'push');
}

/** viewHref is the present address in another view. */
export function viewHref(view: View): string {
  const { pathname, search } = withSearch(new URL(location.href), { view: view === 'trace' ? null : view });
  return pathname + search;
}

// The tab was shown as soon as it was pressed.
function choose(event: MouseEvent, view: View): void {
  if (!isForBrowser(event)) {
    event.preventDefault();
    showView(view);
  }
}

function leaveToBrowser(event: MouseEvent): void {
  if (isForBrowser(event)) {
    event.preventDefault();
  }
}

/** isForBrowser tells clicks that open a link elsewhere. */
function isForBrowser(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
