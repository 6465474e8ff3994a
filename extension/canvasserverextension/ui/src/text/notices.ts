import { formatCount, plural } from '../format/quantity';

/** noticeText tells what is unusual about an execution or the connection, and what can be done. */
export const noticeText = {
  notEnabled: { title: 'The Trace tab is not enabled for this workflow yet.', body: 'Its traces are kept: reload the page once it is.' },
  noRight: { title: 'You may not see this execution.', body: 'Ask whoever runs this server for the right to it, then reload the page.' },
  outOfDate: 'Not up to date.',
  notConnected: 'Not connected.',
  againByItself: ' Trying again by itself.',
  loading: 'Loading the execution…',
  evicted: {
    stillShown: 'The server no longer holds these spans.',
    gone: 'The spans of this execution are gone.',
    whatYouSee: 'What you see is what this page had read; reloading it would lose it. ',
    whatIsLeft: 'Only the totals above are left: the spans had to make room for newer ones, or were older than the server keeps them. ',
    whatToDo: 'Look for the trace in the backend that traces are forwarded to. To keep more, raise the limits under exporters::canvastrace::retention.',
  },
  unknown: {
    title: 'Waiting for the first span',
    nothing: { before: 'Nothing has arrived for ', after: ' yet. This page shows it the moment it does; there is no need to reload.' },
    check: {
      before: 'If the run is long over: check the id; check that the sender’s spans carry ',
      after: ' and go to this collector’s OTLP receiver. An older run may no longer be held. ',
      list: 'See what there is.',
    },
  },
  forgotten: {
    title: 'The server no longer knows this execution',
    body: { before: 'This page showed ', after: ' before: since then the server has started again without what it had kept, or another server answers. What still arrives is shown here.' },
    whatToDo: { before: 'Look for the trace in the backend that traces are forwarded to. To keep traces over a restart, set ', after: '. ' },
  },
  stale: { title: 'This may be out of date.', body: 'The server cannot reach its shared store at the moment and shows what it last read.' },
  dropped: {
    title: (n: number) => `${formatCount(n)} of its spans are not shown.`,
    body: (kept: number) => `The execution is larger than the server keeps: ${plural(kept, 'span')} were kept. Raise the limits under exporters::canvastrace to see all of the next one.`,
  },
  rootless: {
    title: 'The root was never received.',
    body: (below: number, roots: number) => `${below === 1 ? '1 span hangs' : `${formatCount(below)} spans hang`} on ${roots === 1 ? 'a span' : plural(roots, 'span')} that nobody has sent. Its sender may have ended without sending it, or sampling may have left it out.`,
  },
  noSuchSpan: { title: 'The span in the address is not here.', body: 'It may not have arrived yet: it is selected as soon as it does.' },
} as const;
