const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** formatCount writes every digit: 12,480. */
export function formatCount(n: number): string {
  return whole.format(n);
}

/** formatShort writes at most four characters where there is little room: 980, 1.4k, 12k, 3.2M. */
export function formatShort(n: number): string {
  if (n < 1000) {
    return whole.format(n);
  }
  for (const [size, unit] of [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']] as const) {
    if (n >= size * 0.9995) {
      const value = n / size;
      return (value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : whole.format(value)) + unit;
    }
  }
  return whole.format(n);
}

/** formatCost writes US dollars with the digits that small amounts need: $0.0034, $1.20. */
export function formatCost(usd: number): string {
  if (usd === 0) {
    return '$0';
  }
  if (Math.abs(usd) < 0.0001) {
    return '< $0.0001';
  }
  return `$${usd.toFixed(Math.abs(usd) < 0.1 ? 4 : 2)}`;
}

/** plural writes 1 span, 2 spans. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}
