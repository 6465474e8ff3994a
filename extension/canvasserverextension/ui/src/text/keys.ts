/** keysText is what the help for keys says. */
export const keysText = {
  title: 'Keys',
  close: 'Close the help',
  single: 'Keys of a single character',
  singleMeaning: 'Digits, signs and letters do something wherever you are on the page. This browser remembers your choice.',
} as const;

/** keyHelp lists every key of the page. */
export const keyHelp: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  { title: 'Anywhere', keys: [
    ['1 2 3', 'Trace, Transcript, Tokens & cost'], ['/', 'search in this execution'], ['n', 'next match'], ['N', 'previous match'],
    ['e', 'next error'], ['r', 'replay, and back to live'], ['Esc', 'close the selected span'], ['?', 'this help'],
  ] },
  { title: 'In the list of executions', keys: [
    ['/', 'search'], ['j, ↓', 'next execution'], ['k, ↑', 'previous execution'], ['Page Up, Page Down', 'a page up, down'], ['Home, End', 'first, last execution'],
    ['Enter', 'open the execution'], ['x', 'mark it for a comparison'], ['c', 'compare two marked ones'], ['.', 'show newer executions'], ['Esc', 'clear the search, the marks, then the filter'],
  ] },
  { title: 'In the search box', keys: [['Enter', 'next match'], ['Shift Enter', 'previous match'], ['Esc', 'back to the view']] },
  { title: 'In the view Trace', keys: [
    ['c', 'critical path'], ['g', 'fold similar leaves'], ['f', 'follow live'], ['z', 'zoom to the selected span'], ['+ −', 'zoom in, out'], ['0', 'the whole run'],
    ['Ctrl wheel', 'zoom at the pointer'], ['Shift wheel', 'move along the time axis'],
  ] },
  { title: 'On the time axis', keys: [['← →', 'move'], ['+ − 0', 'zoom in, out, the whole run']] },
  { title: 'In the span tree', keys: [
    ['↑ ↓', 'previous, next row'], ['→', 'open, then to the first child'], ['←', 'close, then to the parent'],
    ['Enter, Space', 'select the span'], ['Page Up, Page Down', 'a page up, down'], ['Home, End', 'first, last row'],
  ] },
  { title: 'In a replay', keys: [['p', 'play, pause'], ['[ ]', 'to the change before, to the next one']] },
  { title: 'In the transcript', keys: [
    ['Page Up, Page Down', 'previous, next message (also k, j)'], ['Home, End', 'first, last message'], ['Enter', 'select its span'], ['f', 'follow while the run goes on'],
  ] },
];
