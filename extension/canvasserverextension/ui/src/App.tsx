import { Provider as Hints } from '@radix-ui/react-tooltip';
import { useEffect, useSyncExternalStore, type MouseEvent, type ReactNode } from 'react';
import { currentAccess, onAccess, unauthorized } from './api/token';
import { ComparePage } from './compare/ComparePage';
import { ListPage } from './list/ListPage';
import { useConnection } from './live/client';
import { keepFocus } from './live/focus';
import { useInfo } from './live/useInfo';
import { TokenForm } from './parts/TokenForm';
import { go, home, useRoute } from './route';
import { TracePage } from './trace/TracePage';

/** App shows what the address asks for; where the server wants a token, a form for it first. */
export function App(): ReactNode {
  const access = useSyncExternalStore(onAccess, currentAccess);
  const route = useRoute();
  const server = useInfo(access.token);
  const { kind } = useConnection();
  useEffect(() => {
    if (kind === 'unauthorized') {
      unauthorized(access.token);
    }
  }, [kind, access.token]);
  useEffect(keepFocus, []);
  if (access.needed) {
    return <TokenForm refused={access.refused} />;
  }
  return (
    <Hints delayDuration={400}>
      <div className="app" onClick={followLink}>
        {route.page === 'list' && <ListPage filter={route.filter} server={server} token={access.token} />}
        {route.page === 'execution' && <TracePage key={route.id} id={route.id} place={route} server={server} token={access.token} />}
        {route.page === 'compare' && <ComparePage place={route} server={server} token={access.token} />}
      </div>
    </Hints>
  );
}

/** followLink opens links within the page without loading it again, which would forget the token. */
function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const plainClick = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (link === null || !plainClick || event.defaultPrevented || link.target !== '' || link.origin !== location.origin) {
    return;
  }
  if (link.pathname === home() || link.pathname === `${home()}compare` || link.pathname.startsWith(`${home()}executions/`)) {
    event.preventDefault();
    go(link.pathname + link.search);
  }
}
