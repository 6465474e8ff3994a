/** formatDuration writes milliseconds with about three digits: 12 µs, 340 ms, 2.4 s, 3 m 07 s, 1 h 02 m. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) {
    return '–';
  }
  if (ms < 0.9995) {
    return `${Math.round(ms * 1000)} µs`;
  }
  if (ms < 9.995) {
    return `${trim(ms.toFixed(2))} ms`;
  }
  if (ms < 999.5) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 59_950) {
    return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  }
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) {
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  }
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** formatOffset writes a moment relative to a span's start: +1.20 s. */
export function formatOffset(ms: number): string {
  return ms < 0 ? `−${formatDuration(-ms)}` : `+${formatDuration(ms)}`;
}

/** formatTick writes a mark of the time axis, shorter than a duration, and as precisely as the step to the next mark asks for. */
export function formatTick(ms: number, step = 0): string {
  if (ms === 0) {
    return '0';
  }
  if (ms < 0) {
    return `−${formatTick(-ms, step)}`;
  }
  if (ms < 1) {
    return `${Math.round(ms * 1000)} µs`;
  }
  if (ms < 1000) {
    return `${trim(ms.toFixed(digits(step, 1)))} ms`;
  }
  return ms < 60_000 || (step > 0 && step < 1000) ? `${trim((ms / 1000).toFixed(digits(step / 1000, 2)))} s` : formatDuration(ms);
}

/** digits are as many after the point as a step needs, at least so many. */
function digits(step: number, least: number): number {
  return step <= 0 ? least : Math.min(9, Math.max(least, Math.ceil(-Math.log10(step) - 1e-9)));
}

function trim(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
