import { useEffect, useState, type ReactNode } from 'react';
import { partsText } from '../text/parts';
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

async function toClipboard(text: string): Promise<boolean> {
  // Over plain http, but for localhost, browsers have no clipboard API.
  if (!('clipboard' in navigator)) {
    return copyBySelection(text);
  }
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
