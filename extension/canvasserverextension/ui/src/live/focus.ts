/** focusOn gives an element the keyboard; where it is gone, or never was one, the view has it. */
export function focusOn(element: Element | null): void {
  if (element instanceof HTMLElement && element.isConnected && element !== document.body) {
    element.focus();
  } else {
    focusView();
  }
}

/** focusView gives the keyboard to what the page is about: the tree or what stands in its place, or the list. */
export function focusView(): void {
  const panel = document.querySelector<HTMLElement>('[role="tabpanel"]');
  const inside = panel?.querySelector<HTMLElement>('[role="tree"]') ?? panel?.querySelector<HTMLElement>('[tabindex="0"]');
  const main = document.querySelector<HTMLElement>('main');
  (inside ?? panel ?? main?.querySelector<HTMLElement>('[role="tree"]') ?? main)?.focus();
}

/**
 * keepFocus sees to it that whoever uses the keyboard stays where they are: where what has the focus goes away, what it stood in
 * has it, as far as that can have it, or else the view. It returns what ends it.
 */
export function keepFocus(): () => void {
  let chain: readonly HTMLElement[] = [];
  const onFocus = ({ target }: FocusEvent) => {
    chain = target instanceof HTMLElement ? chainOf(target) : [];
  };
  const watch = new MutationObserver(() => {
    const [focused, ...around] = chain;
    if (focused === undefined || focused.isConnected || document.activeElement !== document.body) {
      return;
    }
    chain = [];
    if (around.some((e) => !e.isConnected && (e.role === 'menu' || e.role === 'dialog'))) {
      return; // these give the keyboard back themselves
    }
    const next = around.find((e) => e.isConnected && e.tabIndex >= 0);
    if (next === undefined) {
      focusView();
    } else {
      next.focus();
    }
  });
  addEventListener('focusin', onFocus);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    removeEventListener('focusin', onFocus);
    watch.disconnect();
  };
}

/** chainOf is an element with what it stands in, from the inside out. */
function chainOf(element: HTMLElement): HTMLElement[] {
  const chain: HTMLElement[] = [];
  for (let e: HTMLElement | null = element; e !== null && e !== document.body; e = e.parentElement) {
    chain.push(e);
  }
  return chain;
}
