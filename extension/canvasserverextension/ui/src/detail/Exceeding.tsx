import type { ReactNode } from 'react';
import type { Info } from '../api/info';
import type { Span } from '../client/wire/span';
import { formatDuration } from '../format/duration';
import { formatCost } from '../format/quantity';
import { durationOf } from '../model/timeline';
import { costOf, tokensOf } from '../model/tokens';
import { Icon } from '../parts/Icon';
import { detailText } from '../text/detail';

interface ExceedingProps { readonly span: Span; readonly leaf: boolean; readonly now: number; readonly info: Info | null }

/** Exceeding says in words what of a span is over the server's thresholds. What has spans below it takes as long as they do. */
export function Exceeding({ span, leaf, now, info }: ExceedingProps): ReactNode {
  if (info === null) {
    return null;
  }
  const duration = durationOf(span, now);
  const tokens = tokensOf(span);
  const cost = costOf(span);
  return (
    <>
      {leaf && over(duration, info.slowSpanMs) && <Tag word={detailText.slow} meaning={detailText.slowMeaning(formatDuration(info.slowSpanMs))} />}
      {tokens !== null && over(Math.max(tokens.input, tokens.output), info.highTokens) && <Tag word={detailText.many} meaning={detailText.manyMeaning(info.highTokens)} />}
      {over(cost, info.highCostUsd) && <Tag word={detailText.dear} meaning={detailText.dearMeaning(formatCost(info.highCostUsd))} />}
    </>
  );
}

function over(amount: number | null, limit: number): boolean {
  return amount !== null && limit > 0 && amount >= limit;
}

function Tag({ word, meaning }: { readonly word: string; readonly meaning: string }): ReactNode {
  return <span className="tag tag-warn" title={meaning}><Icon name="error" />{word}</span>;
}
