import { useMemo, useRef, useState, type ReactNode } from 'react';
import { askSpan } from '../api/ask';
import type { Span, SpanKey } from '../client/wire/span';
import { formatDuration } from '../format/duration';
import { formatExact } from '../format/moment';
import { formatCost } from '../format/quantity';
import type { Server } from '../live/useInfo';
import { readConversation } from '../model/conversation';
import { evidenceOf, skewOf } from '../model/evidence';
import { kindOf } from '../model/kind';
import { lookOf } from '../model/look';
import { durationOf } from '../model/timeline';
import { costOf, modelOf, tokensOf } from '../model/tokens';
import type { Node } from '../model/tree';
import { LookMark } from '../parts/Badge';
import { Copy } from '../parts/Copy';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { copied } from '../text/parts';
import { kindNames, usageMeanings } from '../text/span';
import { Artifacts } from './Artifacts';
import { Attributes } from './Attributes';
import { Conversation } from './Conversation';
import { Elsewhere } from './Elsewhere';
import { Events } from './Events';
import { Exceeding } from './Exceeding';
import { Failure } from './Failure';
import { Links } from './Links';
import { RawJson } from './RawJson';
import { Redactions } from './Redactions';
import { Usage } from './Usage';

interface DetailPaneProps {
  readonly execution: string;
  readonly node: Node;
  readonly now: number;
  readonly server: Server;
  /** origin is when the execution began. */
  readonly origin: number | null;
  readonly workflow: string | null;
  /** event is the place of the chosen one among the span's events. */
  readonly event: number | null;
  /** spans are all of the execution. */
  readonly spans: ReadonlyMap<SpanKey, Span>;
  readonly onJump: (key: SpanKey) => void;
  readonly onClose: () => void;
}

/** DetailPane shows one span with everything on it. */
export function DetailPane({ execution, node, now, server, origin, workflow, event, spans, onJump, onClose }: DetailPaneProps): ReactNode {
  const [whole, setWhole] = useState<Span | null>(null);
  // What was fetched is of the span as it was; an update of the span replaces it.
  const span = whole !== null && whole.raw['last_seen_time'] === node.span.raw['last_seen_time'] ? whole : node.span;
  const reading = useMemo(() => readConversation(span), [span]);
  const [filter, setFilter] = useState('');
  const attributes = useRef<HTMLDivElement>(null);
  const showSource = (attribute: string) => {
    setFilter(attribute);
    attributes.current?.scrollIntoView({ block: 'start' });
  };
  const look = lookOf(span);
  const evidence = evidenceOf(node, now);
  const skew = skewOf(node.span);
  return (
    <article className="detail">
      <header className="detail-head">
        <div className="detail-title">
          <span className={`kind kind-${kindOf(span)}`}><Icon name={kindOf(span)} /></span>
          <h2><Plain text={span.name} /></h2>
          <button type="button" className="close" onClick={onClose} aria-label={detailText.close} title={detailText.closeShort}><Icon name="close" /></button>
        </div>
        <div className="detail-sub">
          <LookMark look={look} evidence={evidence} />
          <span className="muted">{kindNames[kindOf(span)]}</span>
          <Exceeding span={span} leaf={node.children === 0} now={now} info={server.info} />
          {span.redactions > 0 && <span className="tag" title={detailText.redactionsMeaning}>{detailText.redactions(span.redactions)}</span>}
        </div>
        <Elsewhere span={span} execution={execution} workflow={workflow} info={server.info} />
        {evidence !== null && <p className="muted small">{evidence}</p>}
        {skew !== null && <p className="muted small"><strong><Plain text={skew.word} /></strong>{detailText.sentence(skew.meaning)}</p>}
        {node.detached === 'cycle' && <p className="muted small">{detailText.cycle}</p>}
      </header>
      <Failure span={span} />
      <Facts span={span} now={now} origin={origin} />
      {node.span.truncated && <Whole execution={execution} span={node.span} fetched={span === whole} onFetched={setWhole} />}
      <Conversation of={span.key} messages={reading.messages} tool={kindOf(span) === 'tool'} onSource={showSource} />
      <Usage span={span} />
      <Artifacts span={span} info={server.info} />
      <Events events={reading.others} span={span} now={now} chosen={event} />
      <Redactions span={span} />
      <div ref={attributes}><Attributes attributes={span.attributes} filter={filter} onFilter={setFilter} /></div>
      <Links span={span} spans={spans} onJump={onJump} />
      <RawJson span={span} />
    </article>
  );
}

const { facts } = detailText;

function Facts({ span, now, origin }: { readonly span: Span; readonly now: number; readonly origin: number | null }): ReactNode {
  const tokens = tokensOf(span);
  const duration = durationOf(span, now);
  const cost = costOf(span);
  const model = modelOf(span);
  return (
    <dl className="detail-facts">
      {duration !== null && <><dt>{facts.duration}</dt><dd>{formatDuration(duration)}{span.end === null && <span className="muted">{detailText.soFar}</span>}</dd></>}
      {span.start !== null && <><dt>{facts.start}</dt><dd>{formatExact(span.start)}{origin !== null && <span className="muted">{detailText.intoTheRun(formatDuration(Math.max(0, span.start - origin)))}</span>}</dd></>}
      {model !== null && <><dt>{facts.model}</dt><dd><Plain text={model} /></dd></>}
      {tokens !== null && <><dt>{facts.tokens}</dt><dd>{detailText.tokens(tokens.input, tokens.output)}{span.usage !== null && <span className="muted">{detailText.usage(usageMeanings[span.usage])}</span>}</dd></>}
      {cost !== null && <><dt>{facts.cost}</dt><dd>{formatCost(cost)}</dd></>}
      {span.service !== null && <><dt>{facts.service}</dt><dd><Plain text={span.service} /></dd></>}
      <dt>{facts.span}</dt><dd className="id">{span.spanId}<Copy text={span.spanId} what={copied.spanId} /></dd>
      <dt>{facts.trace}</dt><dd className="id">{span.traceId}<Copy text={span.traceId} what={copied.traceId} /></dd>
    </dl>
  );
}

function Whole({ execution, span, fetched, onFetched }: { readonly execution: string; readonly span: Span; readonly fetched: boolean; readonly onFetched: (whole: Span) => void }): ReactNode {
  const [doing, setDoing] = useState('');
  const fetchWhole = async () => {
    setDoing('loading');
    try {
      onFetched(await askSpan(execution, span, AbortSignal.timeout(15_000)));
      setDoing('');
    } catch (error) {
      setDoing(error instanceof Error ? error.message : String(error));
    }
  };
  if (fetched) {
    return <p className="muted small">{detailText.whole}</p>;
  }
  return (
    <div className="notice notice-info">
      <span>{detailText.cut}</span>
      <button type="button" disabled={doing === 'loading'} onClick={() => { void fetchWhole(); }}>{doing === 'loading' ? detailText.fetching : detailText.fetchWhole}</button>
      {doing !== '' && doing !== 'loading' && <span className="bad" role="alert">{doing}</span>}
    </div>
  );
}
