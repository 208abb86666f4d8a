import { listApprovalDecisions } from './list-approval-decisions.js';

/** Every route of the product, in the order of the API reference. The platform adds its own. */
export const routes = [listApprovalDecisions];
