import type { Connection, TokenProvider, World } from '@orcheo/canvas-trace-client';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ExecutionTraceEntry, ExecutionTraceState, TraceEntryStatus, TraceUpdateMessage } from './canvas';
import { ExecutionTraces } from './traces';

/** CanvasParts is what the hook takes from Canvas as it is. */
export interface CanvasParts<Viewer> {
  readonly buildTraceViewerData: (entry: ExecutionTraceEntry, options: ViewerOptions) => Viewer | undefined;
  readonly deriveViewerDataList: (traces: ExecutionTraceState, options: ViewerOptions) => Viewer[];
  /** token gives the token of Canvas' session; see the client. */
  readonly token?: TokenProvider;
  /** report shows an error to the user, as a toast. */
  readonly report?: (message: string) => void;
  readonly world?: World;
}

export interface ViewerOptions { readonly resolveArtifactUrl: (artifactId: string) => string }

/** UseExecutionTraceParams are those of Canvas' own hook; isMountedRef is taken for its sake and not needed. */
export interface UseExecutionTraceParams {
  readonly backendBaseUrl: string;
  readonly workflowId?: string | null;
  readonly activeExecutionId: string | null;
  readonly isMountedRef?: { readonly current: boolean };
  readonly executionIds?: readonly string[];
}

/** ExecutionTraceResult is that of Canvas' own hook, and how it is connected. */
export interface ExecutionTraceResult<Viewer> {
  readonly traces: ExecutionTraceState;
  readonly activeTrace: ExecutionTraceEntry | undefined;
  readonly activeTraceViewer: Viewer | undefined;
  readonly viewerData: Viewer[];
  readonly status: TraceEntryStatus;
  readonly error: string | undefined;
  readonly refresh: (executionId?: string) => Promise<void>;
  readonly loadMore: (executionId?: string) => Promise<void>;
  readonly canLoadMore: boolean;
  readonly isRefreshing: boolean;
  readonly isLoadingMore: boolean;
  readonly handleTraceUpdate: (update: TraceUpdateMessage) => void;
  readonly connection: Connection | null;
}

const none: readonly string[] = [];

/** createExecutionTraceHook makes a hook that can take the place of Canvas' useExecutionTrace. */
export function createExecutionTraceHook<Viewer>(canvas: CanvasParts<Viewer>): (params: UseExecutionTraceParams) => ExecutionTraceResult<Viewer> {
  return function useExecutionTrace({ backendBaseUrl, workflowId = null, activeExecutionId: active, executionIds: listed = none }) {
    const store = useMemo(() => new ExecutionTraces({
      url: backendBaseUrl, ...(canvas.token === undefined ? {} : { token: canvas.token }), ...(canvas.world === undefined ? {} : { world: canvas.world }),
    }, canvas.report), [backendBaseUrl]);
    useEffect(() => store.open(), [store]);
    useEffect(() => {
      store.want({ active, listed, workflowId });
    }, [store, active, listed, workflowId]);

    const { traces, refreshing, connection } = useSyncExternalStore(store.subscribe, store.current, store.current);
    const viewing = useMemo<ViewerOptions>(() => ({ resolveArtifactUrl: (id) => artifactUrl(backendBaseUrl, id) }), [backendBaseUrl]);
    const activeTrace = active === null ? undefined : traces[active];
    const activeTraceViewer = useMemo(() => (activeTrace === undefined ? undefined : canvas.buildTraceViewerData(activeTrace, viewing)), [activeTrace, viewing]);
    const viewerData = useMemo(() => canvas.deriveViewerDataList(traces, viewing), [traces, viewing]);
    const refresh = useCallback(async (id?: string) => {
      const execution = id ?? active;
      if (execution !== null) {
        await store.refresh(execution);
      }
    }, [store, active]);
    const handleTraceUpdate = useCallback((update: TraceUpdateMessage) => {
      // Its spans have ids of the backend's making, so they are never mixed with those that come over OTLP.
      store.hint(update.execution_id, update.trace_id);
    }, [store]);

    const refused = connection?.kind === 'unauthorized' || connection?.kind === 'refused' ? connection.reason ?? 'Not connected.' : undefined;
    return {
      traces, activeTrace, activeTraceViewer, viewerData,
      status: refused === undefined ? activeTrace?.status ?? 'idle' : 'error',
      error: refused ?? activeTrace?.error,
      refresh, loadMore: nothingMore, canLoadMore: false,
      isRefreshing: active !== null && refreshing.has(active), isLoadingMore: false,
      handleTraceUpdate, connection,
    };
  };
}

/** Everything comes by itself, so there is never a page to load. */
const nothingMore = () => Promise.resolve();

function artifactUrl(base: string, id: string): string {
  const name = id.trim();
  if (name === '') {
    throw new Error('An artifact without an id cannot be downloaded.');
  }
  return new URL(`api/artifacts/${encodeURIComponent(name)}/download`, base.endsWith('/') ? base : `${base}/`).href;
}
