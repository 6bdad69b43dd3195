export * from './errors.js';
export { createPlan, workerName } from './plan/create-plan.js';
