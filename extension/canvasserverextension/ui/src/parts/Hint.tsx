import { Content, Portal, Root, Trigger } from '@radix-ui/react-tooltip';
import { useState, type ReactElement, type ReactNode } from 'react';

interface HintProps {
  readonly text: string;
  /** explains: its button does nothing else, so that a tap shows the text, too. */
  readonly explains?: boolean;
  /** children is one element that can have the focus. */
  readonly children: ReactElement;
}

/** Hint tells more about a control to whoever points at it or comes to it with the keyboard; Escape takes it away. */
export function Hint({ text, explains = false, children }: HintProps): ReactNode {
  const [open, setOpen] = useState(false);
  const tap = explains ? { onPointerDown: keep, onClick: () => { setOpen(true); } } : {};
  return (
    <Root open={open} onOpenChange={setOpen}>
      <Trigger asChild {...tap}>{children}</Trigger>
      <Portal container={open ? document.querySelector('main') : null}><Content className="tip" sideOffset={5} collisionPadding={8}>{text}</Content></Portal>
    </Root>
  );
}

/** keep stops the tooltip from closing because it was pressed. */
function keep(event: { preventDefault: () => void }): void {
  event.preventDefault();
}
