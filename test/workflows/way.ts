import type { WorkflowEngine } from '../../platform/runs/workflow-engine.js';
import type { WorkflowDefinition } from '../../platform/workflows/define.js';

/** One way through a workflow, whose history is recorded. */
export interface Way {
  readonly definition: WorkflowDefinition;
  readonly input: unknown;
  /** Messages and requests to the running workflow. @default - none */
  readonly meanwhile?: (workflowId: string, engine: WorkflowEngine) => Promise<unknown>;
}
