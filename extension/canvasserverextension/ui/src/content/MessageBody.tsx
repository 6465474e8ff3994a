import { useMemo, useState, type ReactNode } from 'react';
import { readJson, type Form } from '../model/form';
import type { Part } from '../model/parts';
import { Icon } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';
import { contentText } from '../text/content';
import { Content } from './Content';
import { JsonTree } from './JsonTree';

interface MessageBodyProps {
  readonly role: string;
  readonly text: string;
  readonly parts: readonly Part[];
  readonly form: Form | null;
}

/** MessageBody shows a message: its texts in the chosen form, tool calls and results, and what stands for reasoning and files. */
export function MessageBody({ role, text, parts, form }: MessageBodyProps): ReactNode {
  if (form === 'text') {
    return <Content text={text} role={role} form="text" />;
  }
  return parts.map((p, i) => <OnePart key={i} part={p} role={role} form={form} />);
}

function OnePart({ part: p, role, form }: { readonly part: Part; readonly role: string; readonly form: Form | null }): ReactNode {
  switch (p.is) {
    case 'text':
      return <Content text={p.text} role={role} form={form} />;
    case 'call':
      return <Call name={p.name} args={p.args} id={p.id} />;
    case 'result':
      return <div className="piece piece-result"><PartHead icon="ok" title={contentText.answer} id={p.id} /><Content text={p.text} role="tool" form={form} /></div>;
    case 'reasoning':
      return <Reasoning text={p.text} />;
    case 'media':
      return <p className="piece-media"><Icon name="image" /><Plain text={p.tag} />{p.address !== null && <span className="mark-address"><Plain text={contentText.address(p.address.slice(0, 1000))} /></span>}</p>;
  }
}

function PartHead({ icon, title, id, children }: { readonly icon: 'tool' | 'ok'; readonly title: string; readonly id: string | null; readonly children?: ReactNode }): ReactNode {
  return <div className="piece-head"><Icon name={icon} /><span>{title}</span>{children}{id !== null && <span className="muted id"><Plain text={contentText.id(id.slice(0, 80))} /></span>}</div>;
}

function Call({ name, args, id }: { readonly name: string; readonly args: string; readonly id: string | null }): ReactNode {
  const json = useMemo(() => readJson(args), [args]);
  const empty = args === '' || args === '{}';
  return (
    <div className="piece piece-call">
      <PartHead icon="tool" title={contentText.callOf} id={id}><strong className="mono"><Plain text={name === '' ? contentText.noName : name.slice(0, 200)} /></strong></PartHead>
      {empty ? <span className="muted small">{contentText.noArguments}</span> : json !== null ? <JsonTree value={json} /> : <LongText text={args} className="mono" />}
    </div>
  );
}

/** A processor may have left out the text, and then tells how long it was. */
const leftOut = /^reasoning( \d[\d.]* [KM]?B)?$/;

function Reasoning({ text }: { readonly text: string }): ReactNode {
  const [open, setOpen] = useState(false);
  if (leftOut.test(text)) {
    return <p className="piece-media" title={contentText.reasoningNot}><Icon name="thought" /><Plain text={text} /></p>;
  }
  return (
    <div className="piece piece-reasoning">
      <button type="button" className="piece-head" aria-expanded={open} onClick={() => { setOpen(!open); }}><Icon name="chevron" /><Icon name="thought" />{contentText.reasoning}</button>
      {open && <Content text={text} role="assistant" form={null} />}
    </div>
  );
}
