/** The program of the image and of every process of a network: what it runs is in the environment. */

import { exitWithLine } from './control/process-life.js';

async function main(environment: NodeJS.ProcessEnv): Promise<void> {
  const { CQKD_COORDINATOR, CQKD_HOST, CQKD_AGENT_JOB } = environment;
  // Imported only when they run: a host must not hold in memory what the coordinator needs.
  if (CQKD_COORDINATOR) {
    const { parseCoordinatorSpec } = await import('./coordinator/coordinator-schema.js');
    const { runCoordinator } = await import('./coordinator/run-coordinator.js');
    return runCoordinator(parseCoordinatorSpec(CQKD_COORDINATOR), tokenOf(environment));
  }
  if (CQKD_HOST) {
    const { parseHostSpec } = await import('./host/host-schema.js');
    const { runHost } = await import('./host/run-host.js');
    return runHost(parseHostSpec(CQKD_HOST), tokenOf(environment));
  }
  if (CQKD_AGENT_JOB) {
    const { runAgent } = await import('./agent/run-agent.js');
    return runAgent(CQKD_AGENT_JOB);
  }
  const { runSingleNode } = await import('./host/single-node.js');
  return runSingleNode(environment);
}

function tokenOf(environment: NodeJS.ProcessEnv): string {
  const token = environment.CQKD_TOKEN?.trim();
  if (!token) exitWithLine('CQKD_TOKEN takes the token of the network, got nothing');
  return token;
}

/** Errors that the user's environment must mend; all others are bugs. */
const ENVIRONMENT_ERRORS = new Set(['SpecError', 'SettingError', 'UnknownSettingError', 'HostError']);

main(process.env).catch((error: unknown) => {
  if (error instanceof Error && ENVIRONMENT_ERRORS.has(error.name)) exitWithLine(error.message);
  console.error(error);
  process.exit(1);
});
