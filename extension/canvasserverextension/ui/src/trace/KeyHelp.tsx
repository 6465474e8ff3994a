import { Close, Content, Portal, Root, Title } from '@radix-ui/react-dialog';
import { useState, type ReactNode } from 'react';
import { focusOn } from '../live/focus';
import { setSingleKeys, useSingleKeys } from '../live/singleKeys';
import { Icon } from '../parts/Icon';
import { keyHelp, keysText } from '../text/keys';

/** KeyHelp lists all keys, and turns those off that are a single character: a voice or an unsteady hand can press them unasked (WCAG 2.1.4). */
export function KeyHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [before] = useState(() => document.activeElement);
  const single = useSingleKeys();
  return (
    <Root open onOpenChange={onClose}>
      <Portal>
        <div className="veil" />
        <Content className="key-help" aria-describedby={undefined} onCloseAutoFocus={(e) => { e.preventDefault(); focusOn(before); }}>
          <div className="key-help-head">
            <Title>{keysText.title}</Title>
            <Close className="close" aria-label={keysText.close}><Icon name="close" /></Close>
          </div>
          <label className="key-switch">
            <input type="checkbox" role="switch" checked={single} onChange={(e) => { setSingleKeys(e.target.checked); }} />
            <span><strong>{keysText.single}</strong> <span className="muted">{keysText.singleMeaning}</span></span>
          </label>
          <div className="key-help-areas">
            {keyHelp.map(({ title, keys }) => (
              <section key={title}>
                <h3>{title}</h3>
                <dl>{keys.map(([key, does]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>)}</dl>
              </section>
            ))}
          </div>
        </Content>
      </Portal>
    </Root>
  );
}
