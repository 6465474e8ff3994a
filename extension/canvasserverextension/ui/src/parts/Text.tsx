import { useState, type ReactNode } from 'react';
import { clip, pieces, visible } from '../format/visible';
import { partsText } from '../text/parts';

// More marked characters than this in one text become part of the text, so that hostile content cannot fill the page with elements.
const mostMarks = 500;

/** Plain shows content that somebody else wrote: as text, apart from its surroundings, with hidden characters made visible. */
export function Plain({ text }: { readonly text: string }): ReactNode {
  const parts = pieces(text);
  if (parts.length > mostMarks) {
    return <bdi>{visible(text)}</bdi>;
  }
  return (
    <bdi>
      {parts.map((p, i) => (p.hidden ? <span key={i} className="hidden-character" title={partsText.hiddenCharacter}>{p.text}</span> : p.text))}
    </bdi>
  );
}

const atOnce = { characters: 4000, lines: 60 };

interface LongTextProps {
  readonly text: string;
  readonly className?: string;
  /** most is how much is shown at once. */
  readonly most?: { readonly characters: number; readonly lines: number };
}

/** LongText shows the beginning of a long text, and all of it when asked. */
export function LongText({ text, className, most = atOnce }: LongTextProps): ReactNode {
  const [all, setAll] = useState(false);
  const start = all ? text : clip(text, most);
  const cut = start.length < text.length;
  return (
    <>
      <div className={`long-text ${className ?? ''}`}><Plain text={start} />{cut && <span className="muted"> {partsText.more}</span>}</div>
      {(cut || all) && (
        <button type="button" className="link" onClick={() => { setAll(!all); }}>
          {all ? partsText.showLess : partsText.showAllCharacters(text.length)}
        </button>
      )}
    </>
  );
}
