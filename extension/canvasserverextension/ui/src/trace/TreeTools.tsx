import { Button, Root } from '@radix-ui/react-toolbar';
import type { ReactNode } from 'react';
import { Icon } from '../parts/Icon';
import { followText, toolsText } from '../text/tree';

interface TreeToolsProps {
  readonly path: boolean;
  readonly fold: boolean;
  readonly zoomed: boolean;
  /** spanChosen: there is a span to zoom to. */
  readonly spanChosen: boolean;
  /** follow is null where nothing runs. */
  readonly follow: { readonly on: boolean; readonly missed: number } | null;
  readonly onTool: (tool: Tool) => void;
}

/** Tool is what a button above the tree does. */
export type Tool = 'expand' | 'collapse' | 'path' | 'fold' | 'zoom-span' | 'whole' | 'zoom-in' | 'zoom-out' | 'follow' | 'catch-up';

/**
 * TreeTools are the switches of the span tree: one stop of the Tab key, with arrows from one to the next. They take the same room whatever
 * can be done now, so that no row moves: what cannot is disabled, and what is new lies over the rows.
 */
export function TreeTools({ path, fold, zoomed, spanChosen, follow, onTool }: TreeToolsProps): ReactNode {
  const on = (tool: Tool) => () => { onTool(tool); };
  return (
    <Root className="tree-tools" aria-label={toolsText.tools}>
      <Button className="tool" onClick={on('expand')}>{toolsText.expandAll}</Button>
      <Button className="tool" onClick={on('collapse')}>{toolsText.collapseAll}</Button>
      <Switch pressed={path} title={toolsText.pathMeaning} keys="c" onClick={on('path')}>{toolsText.path}</Switch>
      <Switch pressed={fold} title={toolsText.foldMeaning} keys="g" onClick={on('fold')}>{toolsText.fold}</Switch>
      {follow !== null && <Switch pressed={follow.on} title={followText.meaning} keys="f" onClick={on('follow')}>{followText.follow}</Switch>}
      {follow !== null && !follow.on && (
        <>
          <Button className="tool tool-news" onClick={on('catch-up')}><Icon name="down" />{followText.catchUp(follow.missed)}</Button>
          <span className="visually-hidden" role="status">{followText.stopped}</span>
        </>
      )}
      <span className="spacer" />
      <Button className="tool" title={toolsText.zoomSpanMeaning} aria-keyshortcuts="z" disabled={!spanChosen} onClick={on('zoom-span')}>{toolsText.zoomSpan}</Button>
      <Button className="tool" title={toolsText.wholeRunMeaning} aria-keyshortcuts="0" disabled={!zoomed} onClick={on('whole')}>{toolsText.wholeRun}</Button>
      <Button className="tool tool-sign" aria-label={toolsText.zoomOut} title={`${toolsText.zoomOut} (-)`} onClick={on('zoom-out')}>−</Button>
      <Button className="tool tool-sign" aria-label={toolsText.zoomIn} title={`${toolsText.zoomIn} (+)`} onClick={on('zoom-in')}>+</Button>
    </Root>
  );
}

interface SwitchProps { readonly pressed: boolean; readonly title: string; readonly keys: string; readonly onClick: () => void; readonly children: ReactNode }

/** Switch says by its tick, not by its colour alone, that it is on. */
function Switch({ pressed, title, keys, onClick, children }: SwitchProps): ReactNode {
  return <Button className="tool" aria-pressed={pressed} aria-keyshortcuts={keys} title={title} onClick={onClick}>{pressed && <Icon name="ok" />}{children}</Button>;
}
