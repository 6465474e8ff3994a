import type { ReactNode } from 'react';

/** Notice tells something that the reader should know, and what can be done about it. */
export function Notice({ kind, title, children }: { readonly kind: 'info' | 'warn' | 'bad'; readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <strong>{title}</strong>
      {children !== undefined && <span>{children}</span>}
    </div>
  );
}
