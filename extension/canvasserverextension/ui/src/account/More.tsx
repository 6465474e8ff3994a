import type { ReactNode } from 'react';
import { accountText } from '../text/account';

const step = 200;

/** More shows the next part of a list that is too long to be drawn at once. */
export function More({ shown, of, onMore }: { readonly shown: number; readonly of: number; readonly onMore: (shown: number) => void }): ReactNode {
  return shown >= of ? null : <button type="button" className="link" onClick={() => { onMore(shown + step); }}>{accountText.more(Math.min(step, of - shown), of)}</button>;
}
