import type { Axis } from '../model/timeline';
import { pan, zoom, type Range } from '../model/zoom';

/** zoomKey is what a key does to the range while the axis has the focus; null for a key that does nothing. */
export function zoomKey(key: string, whole: Axis): ((range: Range | null) => Range | null) | null {
  switch (key) {
    case '+':
    case '=':
      return (range) => zoom(whole, range, 0.5, 2);
    case '-':
    case '_':
      return (range) => zoom(whole, range, 0.5, 0.5);
    case '0':
      return () => null;
    case 'ArrowLeft':
      return (range) => pan(whole, range, -0.2);
    case 'ArrowRight':
      return (range) => pan(whole, range, 0.2);
    default:
      return null;
  }
}
