import { useEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react';
import type { Span, SpanEvent } from '../client/wire/span';
import { formatDuration, formatOffset } from '../format/duration';
import { formatExact } from '../format/moment';
import { formatCount } from '../format/quantity';
import { visible } from '../format/visible';
import { attributesOf } from '../model/attributes';
import { isFailure, momentsOf } from '../model/moments';
import { durationOf } from '../model/timeline';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { AttributeTable } from './AttributeTable';
import { Section } from './Section';

const most = 200;

interface EventsProps {
  readonly events: readonly SpanEvent[];
  readonly span: Span;
  readonly now: number;
  /** chosen is the place of one among the span's events. */
  readonly chosen: number | null;
}

/** Events puts all events of a span on its time axis, and lists those that are no part of the conversation, with the time since its start. */
export function Events({ events, span, now, chosen }: EventsProps): ReactNode {
  const current = chosen === null ? undefined : span.events[chosen];
  if (span.events.length === 0) {
    return null;
  }
  return (
    <Section title={detailText.events} count={span.events.length}>
      <Strip span={span} now={now} current={current} />
      {events.length > 0 && (
        <ol className="events">
          {events.slice(0, most).map((e, i) => <OneEvent key={i} event={e} start={span.start} current={e === current} />)}
        </ol>
      )}
      {events.length > most && <p className="muted small">{detailText.moreEvents(events.length - most)}</p>}
      {events.length < span.events.length && <p className="muted small">{detailText.saidEvents(span.events.length - events.length)}</p>}
    </Section>
  );
}

/** Strip is the span's time axis with a mark for each moment; what the marks say stands in the list, and in the conversation. */
function Strip({ span, now, current }: { readonly span: Span; readonly now: number; readonly current: SpanEvent | undefined }): ReactNode {
  const line = useInSight<HTMLDivElement>(current !== undefined);
  const moments = momentsOf(span, now);
  const { start } = span;
  const duration = durationOf(span, now);
  if (start === null || duration === null || moments.length === 0) {
    return null;
  }
  return (
    <div ref={line} className="strip" aria-hidden="true">
      <div className="strip-line">
        {moments.map((m, i) => (
          <span key={i} className={`strip-mark${m.failed ? ' strip-failed' : ''}${current !== undefined && m.events.includes(current) ? ' strip-current' : ''}`} style={{ left: `${m.at * 100}%` }} title={m.events.slice(0, 8).map((e) => titleOf(e, start)).join('\n')}>
            {m.events.length > 1 && <span className="strip-count">{formatCount(m.events.length)}</span>}
          </span>
        ))}
      </div>
      <div className="strip-ends muted"><span>{formatOffset(0)}</span><span>{formatDuration(duration)}</span></div>
    </div>
  );
}

function titleOf(e: SpanEvent, start: number): string {
  return detailText.eventAt(visible(e.name.slice(0, 100)), e.time === null ? '' : formatOffset(e.time - start));
}

function OneEvent({ event: e, start, current }: { readonly event: SpanEvent; readonly start: number | null; readonly current: boolean }): ReactNode {
  const item = useInSight<HTMLLIElement>(current);
  // What an exception says stands at the top of the pane.
  const attributes = useMemo(() => attributesOf(e.attributes).filter(({ key }) => e.name !== 'exception' || !/^exception\.(type|message|stacktrace)$/.test(key)), [e]);
  return (
    <li ref={item} className={`event${isFailure(e) ? ' event-failed' : ''}`} aria-current={current ? 'true' : undefined}>
      <div className="event-head">
        <strong>{isFailure(e) && <Icon name="error" />}<Plain text={e.name.slice(0, 200)} /></strong>
        {e.time !== null && <span className="muted" title={formatExact(e.time)}>{start === null ? formatExact(e.time) : formatOffset(e.time - start)}</span>}
      </div>
      <AttributeTable attributes={attributes} />
    </li>
  );
}

/** useInSight scrolls an element into sight once it is the chosen one. */
function useInSight<E extends HTMLElement>(chosen: boolean): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    if (chosen) {
      element.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [chosen]);
  return element;
}
