import type { TransportName } from '../client/index';

/** connectionText is how the page says that it is connected. */
export const connectionText = {
  live: { websocket: 'Live', events: 'Live · event stream', poll: 'Live · polling' } satisfies Record<TransportName, string>,
  connecting: 'Connecting',
  opening: 'Opening a live connection to the trace server.',
  reconnecting: 'Reconnecting',
  outOfDate: (attempt: number) => `Out of date · reconnecting, try ${attempt}`,
  mayBeOld: 'What is shown may be out of date; nothing is lost.',
  complete: 'The execution is complete; a late span would still appear.',
  asTheyArrive: 'Changes appear as they arrive.',
  resumed: (at: string) => `Resumed at ${at}: nothing was missed.`,
  fellBack: (reason: string) => `${reason} So something slower is used, and what is better is tried again now and then.`,
  paused: 'Paused',
  goesOn: 'It goes on as soon as somebody looks.',
  closed: 'Closed',
  notConnected: 'Not connected.',
} as const;

/** tokenText is what the page says where the server wants a token. */
export const tokenText = {
  title: 'This server asks for a token',
  refused: 'It did not accept the last one: it may have expired, or be meant for another server.',
  paste: 'Paste the access token that you were given. It stays in the memory of this page, and is forgotten when you close or reload it.',
  label: 'Access token',
  submit: 'Continue',
} as const;

/** answerText is why the server did not give what it was asked for. */
export const answerText = {
  silent: 'The trace server does not answer. Is it running, and can this machine reach it?',
  refused: (status: number, said: string) => `The trace server refused (${status}): ${said}`,
  noSpan: 'The server answered something that is no span.',
} as const;
