import type { ReactNode } from 'react';
import { differ, slight } from '../model/difference';
import { Icon } from '../parts/Icon';
import { compareText, deltaText, differenceWords, ratioText, type Quantity } from '../text/compare';

/** Delta shows what the second figure is beside the first one: an arrow, a signed amount, and how many times as much it is. What is slight is told, and not pointed at. */
export function Delta({ a, b, quantity }: { readonly a: number | null; readonly b: number | null; readonly quantity: Quantity }): ReactNode {
  const d = differ(a, b);
  if (d === null) {
    return <span className="delta" />;
  }
  if (d.way === 'same') {
    return <span className="delta muted">{compareText.same}</span>;
  }
  return (
    <span className={`delta ${slight(d) ? 'muted' : `delta-${d.way}`}`} title={differenceWords(d, quantity)}>
      <Icon name={d.way === 'more' ? 'up' : 'down'} />{deltaText(d, quantity)} <span className="muted">{ratioText(d)}</span>
    </span>
  );
}
