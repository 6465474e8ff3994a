import { useState, type ReactNode } from 'react';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';

interface SectionProps { readonly title: string; readonly count?: number; readonly closed?: boolean; readonly extra?: ReactNode; readonly children: ReactNode }

/** Section is a part of the detail pane that can be folded; what is folded is not rendered. */
export function Section({ title, count, closed = false, extra, children }: SectionProps): ReactNode {
  const [open, setOpen] = useState(!closed);
  return (
    <section className="section">
      <div className="section-head">
        <h3><button type="button" aria-expanded={open} onClick={() => { setOpen(!open); }}><Icon name="chevron" />{title}{count !== undefined && <span className="muted"> {count}</span>}</button></h3>
        {extra}
      </div>
      {open && children}
    </section>
  );
}

/** Group is a part of a section that can be folded; its title may come from a span. */
export function Group({ title, count, closed = false, children }: { readonly title: string; readonly count: number; readonly closed?: boolean; readonly children: ReactNode }): ReactNode {
  const [open, setOpen] = useState(!closed);
  return (
    <div className="fold">
      <button type="button" className="fold-head" aria-expanded={open} onClick={() => { setOpen(!open); }}><Icon name="chevron" /><span className="mono"><Plain text={title.slice(0, 200)} /></span><span className="muted">{count}</span></button>
      {open && children}
    </div>
  );
}
