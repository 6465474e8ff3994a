import type { ReactNode } from 'react';
import { formatDuration } from '../format/duration';
import { clocks } from '../model/replay';
import { Icon } from '../parts/Icon';
import { replayText } from '../text/replay';
import { leaveReplay, speeds, type Replaying } from './useReplay';

/** ReplayBar says that what is shown is not live, and moves through the time of the execution. */
export function ReplayBar({ replay: r }: { readonly replay: Replaying }): ReactNode {
  const place = replayText.place(formatDuration(Math.max(0, r.moment - r.from)), formatDuration(r.to - r.from));
  const counts = replayText.counts(r.scene.ended, r.scene.open, r.scene.ahead);
  return (
    <div className="replay" role="region" aria-label={replayText.label}>
      <strong className="replay-mark"><Icon name="stale" />{replayText.notLive}</strong>
      <span className="replay-buttons">
        <button type="button" aria-label={replayText.previous} title={replayText.previous} disabled={r.moment <= r.from} onClick={() => { r.step(-1); }}><Icon name="previous" /></button>
        <button type="button" aria-label={r.playing ? replayText.pause : replayText.play} title={r.playing ? replayText.pause : replayText.play} onClick={() => { r.play(!r.playing); }}><Icon name={r.playing ? 'pause' : 'play'} /></button>
        <button type="button" aria-label={replayText.next} title={replayText.next} disabled={r.moment >= r.to} onClick={() => { r.step(1); }}><Icon name="next" /></button>
      </span>
      <input type="range" className="replay-slider" aria-label={replayText.slider} aria-valuetext={`${place}: ${counts}`} min={0} max={1000} step={1} disabled={r.to <= r.from}
        value={r.to > r.from ? Math.round(((r.moment - r.from) / (r.to - r.from)) * 1000) : 1000}
        onChange={(e) => {
          r.play(false);
          r.go(r.from + (Number(e.target.value) / 1000) * (r.to - r.from));
        }} />
      <span className="replay-place">{place}</span>
      <select aria-label={replayText.speed} value={r.speed} onChange={(e) => { r.setSpeed(speeds.find((s) => String(s) === e.target.value) ?? 1); }}>
        {speeds.map((s) => <option key={s} value={s}>{replayText.times(s)}</option>)}
      </select>
      <select aria-label={replayText.clock} title={replayText.clockMeanings[r.clock]} value={r.clock} onChange={(e) => { r.setClock(clocks.find((c) => c === e.target.value) ?? 'event'); }}>
        {clocks.map((c) => <option key={c} value={c}>{replayText.clocks[c]}</option>)}
      </select>
      <span className="replay-counts muted">{r.to > r.from ? counts : replayText.atOnce}</span>
      <span className="replay-meaning muted small">{replayText.meaning}</span>
      <button type="button" className="replay-back" onClick={leaveReplay}>{replayText.back}</button>
    </div>
  );
}
