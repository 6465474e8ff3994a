import { useState, type ReactNode } from 'react';
import type { Call, Share } from '../model/account';
import { amountOf, type Unit } from '../model/chart';
import { lookOf } from '../model/look';
import { modelOf } from '../model/tokens';
import type { Node } from '../model/tree';
import { LookMark } from '../parts/Badge';
import { Plain } from '../parts/Text';
import { accountText } from '../text/account';
import { amountText } from './amount';
import { More } from './More';

interface CallsProps {
  readonly share: Share;
  readonly nodes: readonly Node[];
  readonly unit: Unit;
  readonly onSelect: (node: Node) => void;
}

/** Calls are the spans behind a picked bar. */
export function Calls({ share, nodes, unit, onSelect }: CallsProps): ReactNode {
  return (
    <section aria-label={accountText.callsOf} className="calls-of">
      <h2>{accountText.callsOf} <Plain text={share.name.slice(0, 200)} /></h2>
      <CallList of={share.of} nodes={nodes} unit={unit} onSelect={onSelect} />
    </section>
  );
}

const atOnce = 50;

/** CallList lists spans with what each of them used. */
export function CallList({ of, nodes, unit, onSelect }: Omit<CallsProps, 'share'> & { readonly of: readonly Call[] }): ReactNode {
  const [most, setMost] = useState(atOnce);
  return (
    <>
      <ul className="call-list">
        {of.slice(0, most).map((call) => {
          const node = nodes[call.index];
          return node === undefined ? null : (
            <li key={node.span.key}>
              <button type="button" className="link call-name" onClick={() => { onSelect(node); }}><Plain text={node.span.name.slice(0, 200)} /></button>
              <span className="muted call-model"><Plain text={(modelOf(node.span) ?? '').slice(0, 100)} /></span>
              <LookMark look={lookOf(node.span)} />
              <span className="figure">{unit === 'cost' && call.unpriced > 0 ? accountText.noPrice : amountText(amountOf(call, unit), unit)}</span>
            </li>
          );
        })}
      </ul>
      <More shown={most} of={of.length} onMore={setMost} />
    </>
  );
}
