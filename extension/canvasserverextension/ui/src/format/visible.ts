// Span content can hold characters that change what its neighbours look like: controls that turn the direction of writing,
// invisible ones, terminal controls. They are shown as what they are. U+200C and U+200D stay: scripts and emoji need them.
// A run of the same character is one match.
const hidden = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f])\1*/g;

/** Piece is a part of a text: as it is, or hidden characters by their number. */
export interface Piece { readonly text: string; readonly hidden: boolean }

/** pieces splits a text at its hidden characters. A carriage return before a line feed is left out. */
export function pieces(text: string): Piece[] {
  const clean = text.replaceAll('\r\n', '\n');
  const all: Piece[] = [];
  let from = 0;
  for (const match of clean.matchAll(hidden)) {
    if (match.index > from) {
      all.push({ text: clean.slice(from, match.index), hidden: false });
    }
    all.push({ text: numberOf(match[0], match[1] ?? match[0]), hidden: true });
    from = match.index + match[0].length;
  }
  if (from < clean.length) {
    all.push({ text: clean.slice(from), hidden: false });
  }
  return all;
}

/** visible is the same as one string, for titles and labels. */
export function visible(text: string): string {
  return pieces(text).map((p) => (p.hidden ? `[${p.text}]` : p.text)).join('');
}

function numberOf(run: string, character: string): string {
  const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const times = run.length / character.length;
  return times === 1 ? name : `${name} × ${times}`;
}

/** clip cuts a text that is too long to show at once, never inside of a character. */
export function clip(text: string, most: { readonly characters: number; readonly lines: number }): string {
  let end = Math.min(text.length, most.characters);
  let at = -1;
  for (let line = 0; line < most.lines; line++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at >= end) {
      break;
    }
    if (line === most.lines - 1) {
      end = at;
    }
  }
  const last = text.charCodeAt(end - 1);
  if (end < text.length && last >= 0xd800 && last <= 0xdbff) {
    end--;
  }
  return text.slice(0, end);
}
