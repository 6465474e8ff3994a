import type { ReactNode } from 'react';
import type { Node } from '../model/tree';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { replayText } from '../text/replay';

/** AheadPane stands where the details of a span do that the replay has not come to. */
export function AheadPane({ node, onClose }: { readonly node: Node; readonly onClose: () => void }): ReactNode {
  return (
    <article className="detail">
      <header className="detail-head">
        <div className="detail-title">
          <h2><Plain text={node.span.name} /></h2>
          <button type="button" className="close" onClick={onClose} aria-label={detailText.close}><Icon name="close" /></button>
        </div>
      </header>
      <p className="muted">{replayText.ahead}</p>
    </article>
  );
}
