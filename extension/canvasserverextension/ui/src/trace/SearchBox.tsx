import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { focusView } from '../live/focus';
import { useSingleKeys } from '../live/singleKeys';
import { useMedia } from '../live/useMedia';
import type { Found } from '../model/search';
import { Hint } from '../parts/Hint';
import { Icon } from '../parts/Icon';
import { searchText } from '../text/trace';

interface SearchBoxProps {
  readonly box: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly found: Found;
  readonly selectedIndex: number;
  readonly onText: (text: string) => void;
  readonly onStep: (direction: 1 | -1) => void;
}

/** SearchBox searches in the spans of the execution, and goes from match to match. */
export function SearchBox({ box, text, found, selectedIndex, onText, onStep }: SearchBoxProps): ReactNode {
  const single = useSingleKeys();
  const keys = useMedia('(hover: hover)'); // what has a mouse has keys, and a phone has neither
  const place = found.indexes.indexOf(selectedIndex);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      onStep(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onText('');
      focusView();
    }
  };
  return (
    <div className="search" role="search">
      <input ref={box} type="search" aria-label={searchText.label} aria-keyshortcuts={single ? '/' : undefined} placeholder={single && keys ? searchText.hintWithKey : searchText.hint} maxLength={200}
        value={text} onChange={(e) => { onText(e.target.value); }} onKeyDown={onKeyDown} />
      {text.trim() !== '' && (
        <>
          <span className="muted small" role="status">{place >= 0 ? searchText.place(place + 1, found.indexes.length) : searchText.matches(found.indexes.length)}</span>
          <Hint text={searchText.previousKey}><button type="button" className="close step-up" disabled={found.indexes.length === 0} aria-label={searchText.previous} onClick={() => { onStep(-1); }}><Icon name="down" /></button></Hint>
          <Hint text={searchText.nextKey}><button type="button" className="close" disabled={found.indexes.length === 0} aria-label={searchText.next} onClick={() => { onStep(1); }}><Icon name="down" /></button></Hint>
        </>
      )}
    </div>
  );
}
