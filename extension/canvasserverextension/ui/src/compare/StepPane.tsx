import { useMemo, type ReactNode } from 'react';
import type { Span } from '../client/wire/span';
import { Conversation } from '../detail/Conversation';
import { Failure } from '../detail/Failure';
import { formatDuration } from '../format/duration';
import { formatExact } from '../format/moment';
import { formatCost, formatCount } from '../format/quantity';
import { readConversation } from '../model/conversation';
import type { Pair } from '../model/compare';
import { unlikeAttributes } from '../model/difference';
import { evidenceOf } from '../model/evidence';
import { kindOf } from '../model/kind';
import { lookOf } from '../model/look';
import { durationOf } from '../model/timeline';
import { costOf, modelOf, tokensOf } from '../model/tokens';
import type { Node } from '../model/tree';
import { LookMark } from '../parts/Badge';
import { Icon } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';
import { executionPath, go } from '../route';
import { compareText } from '../text/compare';
import { detailText } from '../text/detail';
import { usageMeanings } from '../text/span';
import { nameOf } from './PairRow';
import type { Side } from './useSide';

interface StepPaneProps {
  readonly pair: Pair;
  readonly a: Side;
  readonly b: Side;
  readonly now: number;
  readonly onClose: () => void;
}

/** StepPane shows one step of both runs: what each said and did, and the attributes they do not agree on. */
export function StepPane({ pair, a, b, now, onClose }: StepPaneProps): ReactNode {
  const node = pair.a ?? pair.b;
  const kind = node === null ? 'span' : kindOf(node.span);
  return (
    <article className="detail step">
      <header className="detail-head">
        <div className="detail-title">
          <span className={`kind kind-${kind}`}><Icon name={kind} /></span>
          <h2><Plain text={nameOf(pair)} /></h2>
          <button type="button" className="close" onClick={onClose} aria-label={compareText.close} title={compareText.close}><Icon name="close" /></button>
        </div>
      </header>
      <div className="step-sides">
        <StepSide node={pair.a} side={a} now={now} />
        <StepSide node={pair.b} side={b} now={now} />
      </div>
      <UnlikeAttributes pair={pair} />
    </article>
  );
}

function StepSide({ node, side, now }: { readonly node: Node | null; readonly side: Side; readonly now: number }): ReactNode {
  return (
    <section className="step-side" aria-label={compareText.stepIn(side.letter)}>
      <h3>
        <span className={`side-letter side-${side.letter.toLowerCase()}`}>{side.letter}</span>
        {node !== null && <a href={spanPath(side.id, node.span)}>{compareText.openIn(side.letter)}</a>}
      </h3>
      {node === null ? <p className="muted">{compareText.absentHere(side.open)}</p> : <StepNode node={node} side={side} now={now} />}
    </section>
  );
}

function StepNode({ node, side, now }: { readonly node: Node; readonly side: Side; readonly now: number }): ReactNode {
  const { span } = node;
  const { details } = compareText;
  const evidence = evidenceOf(node, now);
  const [duration, model, tokens, cost] = [durationOf(span, now), modelOf(span), tokensOf(span), costOf(span)];
  const messages = useMemo(() => readConversation(span).messages, [span]);
  return (
    <>
      <dl className="detail-facts">
        <dt>{details.state}</dt><dd><LookMark look={lookOf(span)} evidence={evidence} /></dd>
        {duration !== null && <><dt>{details.duration}</dt><dd>{formatDuration(duration)}{span.end === null && <span className="muted">{compareText.soFar}</span>}</dd></>}
        {span.start !== null && side.origin !== null && <><dt>{details.start}</dt><dd title={formatExact(span.start)}>{details.intoTheRun(formatDuration(Math.max(0, span.start - side.origin)))}</dd></>}
        {model !== null && <><dt>{details.model}</dt><dd><Plain text={model.slice(0, 200)} /></dd></>}
        {tokens !== null && <><dt>{details.tokens}</dt><dd>{detailText.tokens(tokens.input, tokens.output)}{span.usage !== null && <span className="muted">{detailText.usage(usageMeanings[span.usage])}</span>}</dd></>}
        {cost !== null && <><dt>{details.cost}</dt><dd>{formatCost(cost)}</dd></>}
      </dl>
      {evidence !== null && <p className="muted small">{evidence}</p>}
      <Failure span={span} />
      {messages.length === 0 && <p className="muted small">{compareText.nothingSaid}</p>}
      <Conversation of={span.key} messages={messages} tool={kindOf(span) === 'tool'} onSource={() => { go(spanPath(side.id, span)); }} />
    </>
  );
}

function spanPath(execution: string, { traceId, spanId }: Span): string {
  return `${executionPath(execution)}?span=${traceId}.${spanId}`;
}

const mostUnlike = 100;

function UnlikeAttributes({ pair: { a, b } }: { readonly pair: Pair }): ReactNode {
  const unlike = useMemo(() => (a === null || b === null ? [] : unlikeAttributes(a.span.attributes, b.span.attributes)), [a, b]);
  if (unlike.length === 0) {
    return null;
  }
  return (
    <section className="section">
      <div className="section-head"><h3>{compareText.unlike} <span className="muted">{formatCount(unlike.length)}</span></h3></div>
      <table className="unlike">
        <thead><tr><th scope="col">{compareText.attribute}</th><th scope="col">{compareText.sides.a}</th><th scope="col">{compareText.sides.b}</th></tr></thead>
        <tbody>
          {unlike.slice(0, mostUnlike).map((u) => (
            <tr key={u.key}>
              <th scope="row"><Plain text={u.key.slice(0, 200)} /></th>
              {[u.a, u.b].map((value, i) => <td key={i}>{value === null ? <span className="muted">{compareText.missing}</span> : <LongText text={value} />}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
