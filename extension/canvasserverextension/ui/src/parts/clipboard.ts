/** toClipboard puts a text on the clipboard, and says whether that worked. */
export async function toClipboard(text: string): Promise<boolean> {
  // Over plain http, but for localhost, browsers have no clipboard API.
  if (!('clipboard' in navigator)) {
    return copyBySelection(text);
  }
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) {
    focused.focus();
  }
  return done;
}
