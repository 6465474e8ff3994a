// The shapes that Canvas' trace tab reads: what GET /api/executions/{id}/trace answers, and the entries that its hook keeps of it.

export interface TraceSpanEventResponse { name: string; time?: string | null; attributes?: Record<string, unknown> }

export interface TraceSpanResponse {
  span_id: string;
  parent_span_id?: string | null;
  name?: string | null;
  start_time?: string | null;
  end_time?: string | null;
  attributes: Record<string, unknown>;
  events?: TraceSpanEventResponse[];
  status?: { code: 'OK' | 'ERROR' | 'UNSET'; message?: string | null };
  links?: Record<string, unknown>[];
}

export interface TraceExecutionMetadataResponse {
  id: string;
  status: string;
  thread_id?: string | null;
  started_at?: string | null;
  finished_at?: string | null;
  trace_id?: string | null;
  token_usage?: { input?: number; output?: number };
}

export interface TraceSpanMetadata {
  artifacts: { id: string; downloadUrl?: string }[];
  nodeId?: string;
  nodeKind?: string;
  nodeStatus?: string;
  tokenInput?: number;
  tokenOutput?: number;
  workflowStateBefore?: Record<string, unknown>;
  workflowStateAfter?: Record<string, unknown>;
  workflowStateRedacted?: boolean;
  workflowStateTruncated?: boolean;
}

export type TraceEntryStatus = 'idle' | 'loading' | 'ready' | 'error';

/** ExecutionTraceEntry is one execution as Canvas' viewer reads it. */
export interface ExecutionTraceEntry {
  executionId: string;
  traceId: string | null;
  metadata?: TraceExecutionMetadataResponse;
  spansById: Record<string, TraceSpanResponse>;
  spanMetadata: Record<string, TraceSpanMetadata>;
  status: TraceEntryStatus;
  error?: string;
  isComplete: boolean;
  hasNextPage: boolean;
  nextCursor?: string;
  lastUpdatedAt?: string;
}

export type ExecutionTraceState = Record<string, ExecutionTraceEntry>;

/** TraceUpdateMessage is what Canvas' own socket, which runs a workflow, says of its trace. */
export interface TraceUpdateMessage {
  type: 'trace:update';
  execution_id: string;
  trace_id: string;
  spans: TraceSpanResponse[];
  complete: boolean;
}
