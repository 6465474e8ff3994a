import type { ReactNode } from 'react';
import { excessText } from '../text/parts';
import { Icon, type IconName } from './Icon';

const icons: Readonly<Record<keyof typeof excessText, IconName>> = { slow: 'stale', tokens: 'llm', cost: 'coins' };

/** ExcessMark says with an icon and a word that something is over a threshold of the server's configuration. */
export function ExcessMark({ kind }: { readonly kind: keyof typeof excessText }): ReactNode {
  const { word, meaning } = excessText[kind];
  return <span className="excess" title={meaning}><Icon name={icons[kind]} />{word}</span>;
}
