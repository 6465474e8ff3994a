import type { ReactNode } from 'react';
import { formatCost, formatCount } from '../format/quantity';
import type { Sum } from '../model/account';
import type { Unit } from '../model/chart';
import { accountText } from '../text/account';
import { partsText } from '../text/parts';

/** amountText writes an amount of a unit. */
export function amountText(amount: number, unit: Unit): string {
  return unit === 'tokens' ? formatCount(amount) : formatCost(amount);
}

/** Cost writes what has a price, and says where something has none. */
export function Cost({ sum }: { readonly sum: Sum }): ReactNode {
  if (sum.calls === sum.unpriced) {
    return <span className="muted">{partsText.unknown}</span>;
  }
  return <>{formatCost(sum.costUsd)}{sum.unpriced > 0 && <span className="muted" title={accountText.unpriced(sum.unpriced)}>{accountText.plusUnknown}</span>}</>;
}
