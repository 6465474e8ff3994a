import type { ReactNode } from 'react';
import type { SpanEvent } from '../client/wire/span';
import { formatOffset } from '../format/duration';
import { formatExact } from '../format/moment';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { AttributeTable } from './AttributeTable';
import { Section } from './Section';

const most = 200;

/** Events lists what happened during a span, besides the conversation, with the time since its start. */
export function Events({ events, start }: { readonly events: readonly SpanEvent[]; readonly start: number | null }): ReactNode {
  if (events.length === 0) {
    return null;
  }
  return (
    <Section title={detailText.events} count={events.length}>
      <ol className="events">
        {events.slice(0, most).map((e, i) => (
          <li key={i}>
            <div className="event-head">
              <strong><Plain text={e.name.slice(0, 200)} /></strong>
              {e.time !== null && <span className="muted" title={formatExact(e.time)}>{start === null ? formatExact(e.time) : formatOffset(e.time - start)}</span>}
            </div>
            <AttributeTable attributes={e.attributes} filter="" />
          </li>
        ))}
      </ol>
      {events.length > most && <p className="muted small">{detailText.moreEvents(events.length - most)}</p>}
    </Section>
  );
}
