import type { Page } from 'playwright-core';

/** Task is one task of the page's main thread: how long it took, and how much of the processor's time it had, in milliseconds. */
export interface Task { readonly wall: number; readonly cpu: number }

interface TraceEvent { readonly name: string; readonly pid: number; readonly tid: number; readonly dur?: number; readonly tdur?: number; readonly args?: { readonly name?: string } }

/**
 * tasksWhile lists the tasks of the page's main thread while something goes on. On a machine with other work, a task takes as long on the
 * wall as the others leave it; its own time is what an idle machine would take.
 */
export async function tasksWhile(page: Page, run: () => Promise<void>): Promise<Task[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => { events.push(...value as unknown as TraceEvent[]); });
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'] } });
  await run();
  const complete = new Promise<void>((done) => { session.once('Tracing.tracingComplete', () => { done(); }); });
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const mains = new Set(events.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map(place));
  const by = new Map<string, Task[]>();
  for (const e of events) {
    if (e.name === 'ThreadControllerImpl::RunTask' && mains.has(place(e))) {
      const tasks = by.get(place(e)) ?? [];
      tasks.push({ wall: (e.dur ?? 0) / 1000, cpu: (e.tdur ?? 0) / 1000 });
      by.set(place(e), tasks);
    }
  }
  // Of several renderers, the page's is the one that had the most to do.
  return [...by.values()].sort((a, b) => sum(b) - sum(a))[0] ?? [];
}

/** sum is the processor's time of all tasks. */
export function sum(tasks: readonly Task[]): number {
  return tasks.reduce((ms, t) => ms + t.cpu, 0);
}

function place({ pid, tid }: TraceEvent): string {
  return `${pid}/${tid}`;
}
