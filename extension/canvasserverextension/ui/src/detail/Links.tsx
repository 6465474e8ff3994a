import type { ReactNode } from 'react';
import { spanKey, type Span, type SpanKey } from '../client/wire/span';
import { Plain } from '../parts/Text';
import { executionPath } from '../route';
import { detailText } from '../text/detail';
import { Section } from './Section';

const most = 100;

interface LinksProps {
  readonly span: Span;
  /** spans are those of this execution: a link to one of them stays on the page. */
  readonly spans: ReadonlyMap<SpanKey, Span>;
  readonly onJump: (key: SpanKey) => void;
}

/** Links leads to the spans that a span names, here or in other traces. */
export function Links({ span, spans, onJump }: LinksProps): ReactNode {
  if (span.links.length === 0) {
    return null;
  }
  return (
    <Section title={detailText.links} count={span.links.length}>
      <ul className="plain-list">
        {span.links.slice(0, most).map(({ traceId, spanId }, i) => {
          const key = spanKey(traceId, spanId);
          const here = spans.get(key);
          return (
            <li key={i}>
              {here !== undefined
                ? <button type="button" className="link" onClick={() => { onJump(key); }}><Plain text={here.name.slice(0, 200)} /></button>
                : <a href={`${executionPath(traceId)}${spanId === '' ? '' : `?span=${encodeURIComponent(spanId)}`}`}>{detailText.otherTrace}</a>}
              {' '}<span className="id muted">{here === undefined && <><Plain text={traceId} /> </>}<Plain text={spanId} /></span>
            </li>
          );
        })}
      </ul>
      {span.links.length > most && <p className="muted small">{detailText.moreEvents(span.links.length - most)}</p>}
    </Section>
  );
}
