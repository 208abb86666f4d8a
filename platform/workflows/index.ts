/** The platform's own workflows, by their type. The worker's bundle has them beside the product's. */
export { healthCheck as 'health-check' } from './health-check/workflow.js';
export { purgeRuns as 'purge-runs' } from './purge-runs/workflow.js';
