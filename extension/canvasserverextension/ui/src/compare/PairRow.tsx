import type { ReactNode } from 'react';
import { visible } from '../format/visible';
import { isOtherwise, type Pair } from '../model/compare';
import { differ, measureOf, type Measure } from '../model/difference';
import { kindOf } from '../model/kind';
import { lookOf, type Look } from '../model/look';
import type { Node } from '../model/tree';
import { LookMark } from '../parts/Badge';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { amountText, compareText, differenceWords, type Quantity } from '../text/compare';
import { kindNames, lookNames } from '../text/span';
import { Delta } from './Delta';
import type { Side } from './useSide';

interface PairRowProps {
  readonly id: string;
  readonly pair: Pair;
  readonly a: Side;
  readonly b: Side;
  readonly top: number;
  readonly now: number;
  readonly open: boolean;
  readonly active: boolean;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
}

const deepest = 16;

/** PairRow is one step of both runs. */
export function PairRow({ id, pair, a, b, top, now, open, active, selected, onSelect, onToggle }: PairRowProps): ReactNode {
  const node = pair.a ?? pair.b;
  if (node === null) {
    return null;
  }
  const first = measureOf(pair.a, a.used[pair.indexA], now);
  const second = measureOf(pair.b, b.used[pair.indexB], now);
  const looks = { a: lookOfNode(pair.a), b: lookOfNode(pair.b) };
  const other = pair.a !== null && pair.b !== null && isOtherwise(pair);
  const kind = kindOf((pair.a?.span.state === 'missing' ? pair.b : pair.a)?.span ?? node.span);
  const lacking = pair.a === null ? a : pair.b === null ? b : null;
  const tag = lacking === null ? null : lacking.open ? compareText.notYet(lacking.letter) : compareText.only(lacking === a ? b.letter : a.letter);
  return (
    <div id={id} role="treeitem" className={`pair${selected ? ' selected' : ''}${active ? ' active' : ''}`} style={{ transform: `translateY(${top}px)` }}
      aria-level={pair.depth + 1} aria-posinset={pair.position} aria-setsize={pair.setSize} aria-selected={selected}
      aria-expanded={pair.children > 0 ? open : undefined} aria-label={label(pair, { a, b, first, second }, kindNames[kind])} onClick={onSelect}>
      <span className="row-name" style={{ paddingLeft: Math.min(pair.depth, deepest) * 14 }}>
        {pair.children > 0
          ? <span className={open ? 'twisty open' : 'twisty'} title={open ? compareText.collapse : compareText.expand(pair.size - 1)} onClick={(e) => { e.stopPropagation(); onToggle(); }}><Icon name="chevron" /></span>
          : <span className="twisty" />}
        <span className={`kind kind-${kind}`} title={kindNames[kind]}><Icon name={kind} /></span>
        <span className="name" title={visible(nameOf(pair).slice(0, 500))}><Plain text={nameOf(pair).slice(0, 300)} /></span>
        {tag !== null && <span className={`tag tag-${pair.a === null ? 'b' : 'a'}`}>{tag}</span>}
        {other && <span className="tag tag-bad" title={compareText.otherOutcome}><Icon name="error" />{compareText.otherOutcome}</span>}
      </span>
      <Outcome letter="a" look={looks.a} />
      <Outcome letter="b" look={looks.b} />
      <Figures quantity="duration" a={first.duration} b={second.duration} />
      <Figures quantity="tokens" a={first.tokens} b={second.tokens} />
      <Figures quantity="cost" a={first.costUsd} b={second.costUsd} />
    </div>
  );
}

function Outcome({ letter, look }: { readonly letter: 'a' | 'b'; readonly look: Look | null }): ReactNode {
  return <span className={`outcome outcome-${letter}`}><span className="outcome-letter">{compareText.sides[letter]}</span>{look === null ? <span className="muted">{compareText.unknown}</span> : <LookMark look={look} />}</span>;
}

/** Figures are what both have of a quantity, and the difference. Nothing of it on either side shows nothing. */
function Figures({ quantity, a, b }: { readonly quantity: Quantity; readonly a: number | null; readonly b: number | null }): ReactNode {
  const none = (a ?? 0) === 0 && (b ?? 0) === 0 && quantity !== 'duration';
  const text = (n: number | null) => (none ? '' : n === null ? compareText.unknown : amountText(n, quantity));
  return (
    <span className={`pair-figures figures-${quantity}`}>
      <span className="figure figure-a">{text(a)}</span><span className="figure figure-b">{text(b)}</span>
      {none ? <span className="delta" /> : <Delta a={a} b={b} quantity={quantity} />}
    </span>
  );
}

function lookOfNode(node: Node | null): Look | null {
  return node === null ? null : lookOf(node.span);
}

/** nameOf prefers what has arrived to the placeholder of what has not. */
export function nameOf(pair: Pair): string {
  const node = pair.a === null || (pair.a.span.state === 'missing' && pair.b !== null) ? pair.b : pair.a;
  return node?.span.name ?? '';
}

function label(pair: Pair, { a, b, first, second }: { a: Side; b: Side; first: Measure; second: Measure }, kind: string): string {
  const side = (node: Node | null, s: Side, m: Measure) => (node === null
    ? compareText.absent(s.letter, s.open)
    : compareText.rowSide(s.letter, lookNames[lookOf(node.span)], m.duration === null ? null : amountText(m.duration, 'duration')));
  const differences = ([['duration', first.duration, second.duration], ['tokens', first.tokens, second.tokens], ['cost', first.costUsd, second.costUsd]] as const)
    .map(([quantity, x, y]) => ({ quantity, d: differ(x, y) }))
    .flatMap(({ quantity, d }) => (d === null || d.way === 'same' ? [] : `${compareText.columns[quantity]}: ${differenceWords(d, quantity)}`));
  return compareText.row(visible(nameOf(pair).slice(0, 200)), [kind, side(pair.a, a, first), side(pair.b, b, second), ...differences]);
}
