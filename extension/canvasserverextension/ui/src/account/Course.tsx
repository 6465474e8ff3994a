import { useMemo, useState, type PointerEvent, type ReactNode } from 'react';
import { formatDuration, formatTick } from '../format/duration';
import type { Call, Share } from '../model/account';
import { amountAt, courseOf, thinned, type Point, type Unit } from '../model/chart';
import { ticks, type Axis } from '../model/timeline';
import type { Node } from '../model/tree';
import { accountText } from '../text/account';
import { amountText } from './amount';

interface CourseProps {
  readonly nodes: readonly Node[];
  readonly calls: readonly Call[];
  readonly picked: Share | null;
  readonly unit: Unit;
  readonly axis: Axis;
}

const width = 1000;
const height = 100;
const mostPoints = 500;

/** Course draws how the sum grew over the run, and beside it the picked part of it, dashed. */
export function Course({ nodes, calls, picked, unit, axis }: CourseProps): ReactNode {
  const course = useMemo(() => courseOf(nodes, calls, unit), [nodes, calls, unit]);
  const line = useMemo(() => thinned(course.points, mostPoints), [course]);
  const part = useMemo(() => (picked === null ? null : thinned(courseOf(nodes, picked.of, unit).points, mostPoints)), [nodes, picked, unit]);
  const [at, setAt] = useState<number | null>(null);
  const total = course.points.at(-1)?.amount ?? 0;
  if (total === 0) {
    return null;
  }
  const length = axis.to - axis.from;
  const follow = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  };
  const quarters = [0.25, 0.5, 0.75, 1].map((share) => amountText(amountAt(course.points, axis.from + share * length), unit));
  return (
    <section aria-label={accountText.course(unit)}>
      <div className="chart-head">
        <h2>{accountText.course(unit)}</h2>
        <span className="muted small" aria-hidden="true">
          {at === null ? accountText.courseNote : accountText.courseAt(formatDuration(at * length), amountText(amountAt(course.points, axis.from + at * length), unit))}
        </span>
      </div>
      <div className="course" onPointerMove={follow} onPointerLeave={() => { setAt(null); }}>
        <span className="course-top small muted">{amountText(total, unit)}</span>
        <svg role="img" aria-label={accountText.courseWords(quarters)} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
          <path className="course-area" d={`${path(line, axis, total)}V${height}H0Z`} />
          <path className="course-line" d={path(line, axis, total)} />
          {part !== null && <path className="course-line course-part" d={path(part, axis, total)} />}
          {at !== null && <path className="course-cursor" d={`M${at * width},0V${height}`} />}
        </svg>
        <div className="course-axis" aria-hidden="true">
          {ticks(axis, 6).map((t) => <span key={t} className="course-tick" style={{ left: `${(t / length) * 100}%` }}>{formatTick(t)}</span>)}
        </div>
      </div>
      {part !== null && <p className="muted small">{accountText.dashed}</p>}
      {course.untimed > 0 && <p className="account-note">{accountText.untimed(amountText(course.untimed, unit))}</p>}
    </section>
  );
}

/** path goes straight on until a call ends, and then up. */
function path(points: readonly Point[], axis: Axis, total: number): string {
  const x = (time: number) => round(Math.min(1, Math.max(0, (time - axis.from) / (axis.to - axis.from))) * width);
  const y = (amount: number) => round(height - (amount / total) * height);
  return `M0,${height}${points.map((p) => `H${x(p.time)}V${y(p.amount)}`).join('')}H${width}`;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
