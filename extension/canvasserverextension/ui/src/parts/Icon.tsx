import type { ReactNode } from 'react';
import type { Kind } from '../model/kind';

const shapes = {
  workflow: 'M2.5 3.5h4v3h-4zM9.5 9.5h4v3h-4zM4.5 6.5v4.5h5',
  agent: 'M3 6.5h10v6H3zM8 6.5v-3M6 9.2v.6M10 9.2v.6M6.8 3.5h2.4',
  llm: 'M8 2l1.5 4.5L14 8l-4.5 1.5L8 14l-1.5-4.5L2 8l4.5-1.5z',
  embedding: 'M3 3.5h.01M8 3.5h.01M13 3.5h.01M3 8h.01M8 8h.01M13 8h.01M3 12.5h.01M8 12.5h.01M13 12.5h.01',
  retriever: 'M7 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zM10.3 10.3l3.2 3.2',
  tool: 'M10 2.6a3.4 3.4 0 0 0-3.3 4.3L2.6 11a1.5 1.5 0 0 0 2.2 2.2l4.2-4.1A3.4 3.4 0 0 0 13.2 5L11 7.1 8.8 5z',
  branch: 'M4 2.5v11M4 8h4.5a3 3 0 0 0 3-3V3M9.6 4.9l1.9-2 1.9 2',
  node: 'M8 2.5l4.8 2.75v5.5L8 13.5l-4.8-2.75v-5.5z',
  server: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  client: 'M2.5 8h9M8.5 4.5L12 8l-3.5 3.5',
  span: 'M2.5 8h11',
  ok: 'M3 8.5l3.2 3L13 4.8',
  error: 'M8 2.2l6.3 11.3H1.7zM8 6.4v3.2M8 11.5v.01',
  running: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  lost: 'M4 4l8 8M12 4l-8 8',
  stale: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2 1.3',
  unfinished: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM5.5 8h5',
  missing: 'M5.6 6a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.5M8 12v.01',
  coins: 'M8 2v12M11.2 4.8C10.6 3.7 9.5 3.3 8 3.3c-1.9 0-3.2.9-3.2 2.3 0 3.2 6.6 1.4 6.6 4.7 0 1.4-1.4 2.4-3.4 2.4-1.7 0-2.9-.6-3.4-1.8',
  chevron: 'M6 3.5L10.5 8 6 12.5',
  copy: 'M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2',
  image: 'M2.5 3.5h11v9h-11zM2.5 10.5l3-3 2.5 2.5 2-2 3.5 3M10.5 6h.01',
  thought: 'M4 10.5a3 3 0 0 1-.5-5.9A3.5 3.5 0 0 1 10 3.6a3 3 0 0 1 2 5.6 2.5 2.5 0 0 1-3.5 1.5A3 3 0 0 1 4 10.5zM5 13.5h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  ahead: 'M4.5 2.5h7M4.5 13.5h7M5.2 2.5c0 3.2 5.6 3.6 5.6 5.5s-5.6 2.3-5.6 5.5M10.8 2.5c0 3.2-5.6 3.6-5.6 5.5s5.6 2.3 5.6 5.5',
  play: 'M4.5 3l8 5-8 5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  previous: 'M4 3.5v9M12.5 3.5L6.5 8l6 4.5z',
  next: 'M12 3.5v9M3.5 3.5l6 4.5-6 4.5z',
  up: 'M8 13V3.5M4.5 7L8 3.5 11.5 7',
  swap: 'M2.5 5.5h10M9.5 2.5l3 3-3 3M13.5 10.5h-10M6.5 7.5l-3 3 3 3',
  down: 'M8 3v9.5M4.5 9L8 12.5 11.5 9',
  pending: 'M4 8h.01M8 8h.01M12 8h.01',
  cancelled: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM4.2 4.2l7.6 7.6',
} as const satisfies Record<Kind | string, string>;

export type IconName = keyof typeof shapes;

/** Icon is decoration: what it stands for is always written beside it, or in a label. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return <svg className={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d={shapes[name]} /></svg>;
}
