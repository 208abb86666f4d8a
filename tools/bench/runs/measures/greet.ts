import { product } from '../../../../config/product.js';
import type { HttpRequest } from '../load/http-request.js';

/** The workflow with one activity that both sides execute. */
export const greet = { workflow: 'greet', taskQueue: product.taskQueues.workflows, input: { name: 'Ada' } } as const;

export const executeGreet: HttpRequest = {
  method: 'POST',
  path: `/v1/workflows/${greet.workflow}/execute`,
  body: JSON.stringify(greet.input),
};

/** With so many in flight that one may take longer than `execute` waits unless it is told to. */
export const executeGreetPatiently: HttpRequest = { ...executeGreet, path: `${executeGreet.path}?wait=60s` };
