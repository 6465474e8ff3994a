import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { askOtlp } from '../api/ask';
import { agentReport, markdownReport, type Subject } from '../model/report';
import { Copy } from '../parts/Copy';
import { Icon } from '../parts/Icon';
import { exportText } from '../text/export';
import { copied } from '../text/parts';

/** Export takes the execution out of the page: as a file for any OTLP backend, for an issue, and for an agent. Secrets were replaced before the server kept anything. */
export function Export({ subject }: { readonly subject: () => Subject }): ReactNode {
  const menu = useRef<HTMLDetailsElement>(null);
  const [doing, setDoing] = useState('');
  const close = () => {
    if (menu.current !== null) {
      menu.current.open = false;
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && menu.current?.open === true) {
      event.preventDefault();
      close();
      menu.current.querySelector('summary')?.focus();
    }
  };
  const download = async () => {
    setDoing('loading');
    try {
      const { id } = subject();
      save(await askOtlp(id, AbortSignal.timeout(60_000)), `trace-${id.replace(/[^\w.-]/g, '_').slice(0, 100)}.otlp.json`);
      setDoing('');
    } catch (error) {
      setDoing(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details ref={menu} className="export" onKeyDown={onKeyDown} onBlur={(e) => {
      if (e.relatedTarget instanceof Node && !e.currentTarget.contains(e.relatedTarget)) {
        close();
      }
    }}>
      <summary>{exportText.menu}</summary>
      <div className="export-menu">
        <button type="button" className="copy" disabled={doing === 'loading'} onClick={() => { void download(); }}><Icon name="down" />{doing === 'loading' ? exportText.fetching : exportText.otlp}</button>
        <Copy text={() => markdownReport(subject())} what={copied.markdown}>{exportText.markdown}</Copy>
        <Copy text={() => agentReport(subject())} what={copied.agent}>{exportText.agent}</Copy>
        {doing !== '' && doing !== 'loading' && <p className="bad small" role="alert">{doing}</p>}
      </div>
    </details>
  );
}

/** save offers a file without a request that a link would make: a link carries no token. */
function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
}
