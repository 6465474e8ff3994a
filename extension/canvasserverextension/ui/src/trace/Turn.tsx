import { useMemo, type ReactNode } from 'react';
import { FormSwitch } from '../content/FormSwitch';
import { MessageBody } from '../content/MessageBody';
import { useForm } from '../content/useForm';
import { formatOffset } from '../format/duration';
import { formatExact } from '../format/moment';
import { formatShort } from '../format/quantity';
import { visible } from '../format/visible';
import { wholeOf } from '../model/conversation';
import { partsOf } from '../model/parts';
import type { Turn, TurnRole } from '../model/transcript';
import { Copy } from '../parts/Copy';
import { Icon, type IconName } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { copied } from '../text/parts';
import { transcriptText, turnNames } from '../text/transcript';

const icons: Readonly<Record<TurnRole, IconName>> = { system: 'server', user: 'client', assistant: 'llm', call: 'tool', result: 'ok', other: 'span' };

interface TurnBodyProps { readonly turn: Turn; readonly headed: boolean; readonly selected: boolean; readonly origin: number | null; readonly onSelect: () => void }

/** TurnBody shows one turn of the transcript: who said it, in which span and when, and what; the whole of it where the span has it. */
export function TurnBody({ turn, headed, selected, origin, onSelect }: TurnBodyProps): ReactNode {
  const name = turnNames[turn.role];
  const span = turn.span.name.slice(0, 200);
  const whole = useMemo(() => (turn.called || turn.role === 'result' ? null : wholeOf(turn.span, turn.said, turn.text)), [turn]);
  const parts = useMemo(() => whole?.parts ?? partsOf(turn.text, turn.called), [whole, turn]);
  const text = whole?.text ?? turn.text;
  const role = turn.role === 'other' ? turn.said : turn.role;
  const shown = useForm(turn.id, role, text, parts);
  return (
    <>
      {headed && <h2 className="scope"><Plain text={turn.scope.slice(0, 200)} /></h2>}
      <div className={`message turn-${turn.role}${selected ? ' turn-selected' : ''}`}>
        <div className="message-head">
          <span className="role"><Icon name={icons[turn.role]} />{name}{turn.role === 'other' && <>{transcriptText.otherRole}<Plain text={turn.said.slice(0, 60)} /></>}</span>
          <button type="button" className="link turn-span" aria-pressed={selected} aria-label={transcriptText.selectSpan(name, visible(span))} onClick={onSelect}><Plain text={span} /></button>
          {turn.tokens !== null && <span className="muted small turn-tokens" title={transcriptText.tokensMeaning}>{transcriptText.tokens(formatShort(turn.tokens.input), formatShort(turn.tokens.output))}</span>}
          {turn.at !== null && <span className="muted small" title={formatExact(turn.at)}>{origin === null ? formatExact(turn.at) : formatOffset(turn.at - origin)}</span>}
          <FormSwitch forms={shown.forms} form={shown.as} onChoose={shown.onChoose} />
          <Copy text={text} what={copied.message} />
        </div>
        <MessageBody role={role} text={text} parts={parts} form={shown.chosen} />
      </div>
    </>
  );
}

/** turnLabel is what a screen reader says of a turn before its content. */
export function turnLabel(turn: Turn): string {
  return transcriptText.article(turnNames[turn.role], visible(turn.span.name.slice(0, 200)));
}
