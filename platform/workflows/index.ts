/** The platform's workflows, by type. The worker's bundle contains them and the product's. */
export { healthCheck as 'health-check' } from './health-check/workflow.js';
export { purgeRuns as 'purge-runs' } from './purge-runs/workflow.js';
export { scheduledRun as 'scheduled-run' } from './scheduled-run/workflow.js';
