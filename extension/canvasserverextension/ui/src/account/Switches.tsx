import type { ReactNode } from 'react';
import { groupings, units, type Grouping, type Unit } from '../model/chart';
import { searchHref } from '../route';
import { accountText } from '../text/account';

/** Switches choose what bars measure and what they stand for. They are links, so that each can be opened in another tab. */
export function Switches({ unit, by }: { readonly unit: Unit; readonly by: Grouping }): ReactNode {
  return (
    <div className="switches">
      <nav className="switch" aria-label={accountText.measure}>
        {units.map((u) => <a key={u} href={searchHref({ sum: u === 'tokens' ? null : u })} aria-current={u === unit ? 'true' : undefined}>{accountText.units[u]}</a>)}
      </nav>
      <nav className="switch" aria-label={accountText.grouping}>
        {groupings.map((g) => <a key={g} href={searchHref({ by: g === 'node' ? null : g, pick: null })} aria-current={g === by ? 'true' : undefined}>{accountText.groupings[g]}</a>)}
      </nav>
    </div>
  );
}
