import type { ReactNode } from 'react';
import type { Span } from '../client/wire/span';
import { formatCount } from '../format/quantity';
import { receiptOf } from '../model/receipt';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { Section } from './Section';

/** Redactions is the receipt of what was replaced in a span before it was kept: which rule, how often. */
export function Redactions({ span }: { readonly span: Span }): ReactNode {
  const receipt = receiptOf(span);
  if (receipt === null) {
    return null;
  }
  return (
    <Section title={detailText.receipt} count={receipt.total}>
      <p className="muted small">{detailText.redactionsMeaning}{detailText.period}</p>
      <ul className="receipt">
        {receipt.rules.map(({ rule, times }) => <li key={rule}><code><Plain text={rule} /></code> <span className="muted">{detailText.times(formatCount(times))}</span></li>)}
        {receipt.unnamed > 0 && <li className="muted">{detailText.unnamedRules(receipt.unnamed)}</li>}
      </ul>
    </Section>
  );
}
