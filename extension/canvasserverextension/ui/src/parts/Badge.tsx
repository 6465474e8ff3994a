import type { ReactNode } from 'react';
import type { Status } from '../client/wire/execution';
import type { Look } from '../model/look';
import { lookMeanings, lookNames } from '../text/span';
import { Icon, type IconName } from './Icon';

/** statusIcons stand for how an execution stands. */
export const statusIcons: Readonly<Record<Status, IconName>> = {
  pending: 'pending', running: 'running', completed: 'ok', error: 'error', cancelled: 'cancelled',
};

/** StatusBadge shows how an execution stands, with an icon, a word and a colour. */
export function StatusBadge({ status }: { readonly status: Status }): ReactNode {
  return <span className={`badge status-${status}`}><Icon name={statusIcons[status]} />{status}</span>;
}

/** LookMark shows how a span stands, in the same way; the tooltip says what that rests on where it is known. */
export function LookMark({ look, evidence = null }: { readonly look: Look; readonly evidence?: string | null }): ReactNode {
  return <span className={`look look-${look}`} title={evidence ?? lookMeanings[look]}><Icon name={look} /><span className="look-word">{lookNames[look]}</span></span>;
}
