import { useEffect, useRef, type ReactNode } from 'react';
import { Icon } from '../parts/Icon';
import { keyHelp, keysText } from '../text/keys';

/** KeyHelp lists all keys in a dialog of the browser's own: it keeps the focus, and Escape closes it. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="key-help" aria-labelledby="key-help-title" onClose={onClose}>
      <div className="key-help-head">
        <h2 id="key-help-title">{keysText.title}</h2>
        <button type="button" className="close" aria-label={keysText.close} onClick={() => { dialog.current?.close(); }}><Icon name="close" /></button>
      </div>
      {keyHelp.map(({ title, keys }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>{keys.map(([key, does]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>)}</dl>
        </section>
      ))}
    </dialog>
  );
}
