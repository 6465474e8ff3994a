import { Content, Item, Root, Trigger } from '@radix-ui/react-dropdown-menu';
import { useState, type ReactNode } from 'react';
import { askOtlp } from '../api/ask';
import { agentReport, markdownReport, type Subject } from '../model/report';
import { toClipboard } from '../parts/clipboard';
import { Icon } from '../parts/Icon';
import { exportText } from '../text/export';
import { copied, partsText } from '../text/parts';

type What = 'otlp' | 'markdown' | 'agent';

/** Outcome is what became of the last thing that was asked for; the menu shows it, and a screen reader says it. */
interface Outcome { readonly what: What; readonly said: string; readonly kind: 'doing' | 'done' | 'failed' }

/** Export takes the execution out of the page: as a file for any OTLP backend, for an issue, and for an agent. Secrets were replaced before the server kept anything. */
export function Export({ subject }: { readonly subject: () => Subject }): ReactNode {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const copy = async (what: 'markdown' | 'agent', text: string) => {
    const done = await toClipboard(text);
    setOutcome({ what, said: done ? partsText.copied(copied[what]) : partsText.notCopied, kind: done ? 'done' : 'failed' });
  };
  const download = async () => {
    setOutcome({ what: 'otlp', said: exportText.fetching, kind: 'doing' });
    try {
      const { id } = subject();
      save(await askOtlp(id, AbortSignal.timeout(60_000)), `trace-${id.replace(/[^\w.-]/g, '_').slice(0, 100)}.otlp.json`);
      setOutcome({ what: 'otlp', said: exportText.downloaded, kind: 'done' });
    } catch (error) {
      setOutcome({ what: 'otlp', said: error instanceof Error ? error.message : String(error), kind: 'failed' });
    }
  };
  const ways: readonly Way[] = [
    { what: 'otlp', run: download },
    { what: 'markdown', run: () => copy('markdown', markdownReport(subject())) },
    { what: 'agent', run: () => copy('agent', agentReport(subject())) },
  ];
  return (
    <>
      <Root modal={false} onOpenChange={() => { setOutcome(null); }}>
        <Trigger className="link menu-button">{exportText.menu}<Icon name="chevron" /></Trigger>
        <Content className="menu" align="end" sideOffset={6} collisionPadding={12}>
          {ways.map((way) => <Choice key={way.what} way={way} outcome={outcome?.what === way.what ? outcome : null} />)}
        </Content>
      </Root>
      <span role="status" className="visually-hidden">{outcome?.said}</span>
    </>
  );
}

interface Way { readonly what: What; readonly run: () => Promise<void> }

/** Choice stays in sight when it is chosen, and says what became of it. */
function Choice({ way: { what, run }, outcome }: { readonly way: Way; readonly outcome: Outcome | null }): ReactNode {
  const icon = outcome?.kind === 'done' ? 'ok' : outcome?.kind === 'failed' ? 'error' : what === 'otlp' ? 'down' : 'copy';
  return (
    <Item className="menu-item" disabled={outcome?.kind === 'doing'} onSelect={(e) => { e.preventDefault(); void run(); }}>
      <Icon name={icon} />
      <span>{exportText[what]}{outcome !== null && <span className={outcome.kind === 'failed' ? 'menu-said bad' : 'menu-said muted'}>{outcome.said}</span>}</span>
    </Item>
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
