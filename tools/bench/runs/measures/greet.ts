import { product } from '../../../../config/product.js';
import type { HttpRequest } from '../load/http-request.js';

/** The workflow that both sides execute, with one activity. */
export const greet = { workflow: 'greet', taskQueue: product.taskQueues.workflows, input: { name: 'Ada' } } as const;

export const executeGreet: HttpRequest = {
  method: 'POST',
  path: `/v1/workflows/${greet.workflow}/execute`,
  body: JSON.stringify(greet.input),
};

/** For many runs in flight, when a run can take longer than the default wait of `execute`. */
export const executeGreetPatiently: HttpRequest = { ...executeGreet, path: `${executeGreet.path}?wait=60s` };
