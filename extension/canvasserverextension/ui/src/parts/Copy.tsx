import { useEffect, useState, type ReactNode } from 'react';
import { partsText } from '../text/parts';
import { toClipboard } from './clipboard';
import { Icon } from './Icon';

/** Copy puts a text on the clipboard and says so. */
export function Copy({ text, what, children }: { readonly text: string | (() => string); readonly what: string; readonly children?: ReactNode }): ReactNode {
  const [said, setSaid] = useState<'' | 'copied' | 'failed'>('');
  useEffect(() => {
    if (said === '') {
      return;
    }
    const timer = setTimeout(() => { setSaid(''); }, 1600);
    return () => { clearTimeout(timer); };
  }, [said]);
  const copy = async () => {
    setSaid(await toClipboard(typeof text === 'string' ? text : text()) ? 'copied' : 'failed');
  };
  return (
    <button type="button" className="copy" title={partsText.copy(what)} aria-label={partsText.copy(what)} onClick={() => { void copy(); }}>
      <Icon name={said === 'copied' ? 'ok' : 'copy'} />
      {children}
      <span role="status" className={said === 'failed' ? 'bad' : 'visually-hidden'}>
        {said === 'copied' ? partsText.copied(what) : said === 'failed' ? partsText.notCopied : ''}
      </span>
    </button>
  );
}
