import type { Declared, Unread } from './collect.js';

/** What tells messages besides errors. */
export const declared: Declared = {
  tellers: [
    // What the nodes and the coordinator write to their logs.
    { name: 'warn', on: 'logger', argument: 1 },
    { name: 'error', on: 'logger', argument: 1 },
    { name: 'fatal', on: 'logger', argument: 1 },
    { name: 'exitWithLine', argument: 0 },
    // Several mistakes in one file.
    { name: 'add', on: 'mistakes', argument: 1 },
    { file: 'src/gate/own-targets.ts', name: 'wrong', argument: 1 },
    { file: 'src/command/base-command.ts', name: 'write', on: 'process.stderr', argument: 0 },
  ],
  // What stands in a gap of another message or beside a result, and tells of trouble.
  holders: [
    { file: 'src/command/failure.ts', name: 'failureOf' },
    { file: 'src/plan/limits.ts', name: 'description' },
    { file: 'src/plan/limits.ts', name: 'portsDescription' },
    { file: 'src/plan/notes.ts', name: 'strangers' },
    { file: 'src/plan/notes.ts', name: 'crowded' },
    { file: 'src/plan/notes.ts', name: 'beyondTarget' },
    { file: 'src/plan/notes.ts', name: 'beyondCores' },
    { file: 'src/plan/notes.ts', name: 'olderNode' },
    { file: 'src/plan/notes.ts', name: 'otherHeaps' },
    { file: 'src/drivers/open-infrastructure.ts', name: 'openInfrastructure' },
    { file: 'src/drivers/process/ports.ts', name: 'why' },
    { file: 'node/src/ports/errors.ts', name: 'remedy' },
    { file: 'node/src/host/bootstrap-places.ts', name: 'resolvePlaces' },
    { file: 'node/src/host/bootstrap-places.ts', name: 'addressOf' },
    { file: 'src/measure/steps.ts', name: 'note' },
    { file: 'src/measure/measure.ts', name: 'note' },
    { file: 'src/measure/saturation.ts', name: 'saturationOf' },
    { file: 'src/gate/gate.ts', name: 'judgeMetric' },
    { file: 'plugins/chaos/src/experiment/verdict.ts', name: 'verdictOf' },
    { file: 'plugins/chaos/src/experiment/verdict.ts', name: 'recoveryFindings' },
    { file: 'plugins/chaos/src/experiment/verdict.ts', name: 'atLeast' },
    { file: 'plugins/chaos/src/experiment/choose-means.ts', name: 'noteOf' },
    { file: 'plugins/chaos/src/experiment/choose-means.ts', name: 'why' },
    { file: 'plugins/chaos/src/scenario/source.ts', name: 'texts' },
    { file: 'plugins/rollback/src/auto/auto-rollback.ts', name: 'why' },
    { file: 'plugins/rollback/src/auto/auto-rollback.ts', name: 'whyNot' },
  ],
};

/**
 * What makes a message out of something that can't be read from the sources: files with the expressions, by the reason
 * why that is all right.
 */
const unreadable: Record<string, Record<string, string[]>> = {
  'the text of another error, which is collected where it is made': {
    'src/services/down.ts': ["errors.map(messageOf).join('; ')"],
    'src/settings/given-settings.ts': ['error.message'],
    'src/compose/parse-service.ts': ['error.message'],
    'src/drivers/docker/agent/agent-image.ts': ['error.message'],
    'plugins/chaos/src/scenario/fault-step.ts': ['`… …; got …`'],
    'node/src/main.ts': ['error.message'],
    'node/src/host/run-host.ts': ['event.message'],
    'node/src/host/single-node.ts': ['logger.error(error)', '`…: …`'],
    'node/src/host/host.ts': ['describe(node, error)', 'messageOf(error)'],
    'node/src/host/host-routes.ts': ['messageOf(error)'],
    'node/src/control/http-client.ts': ['error'],
  },
  'a list of texts that are collected where they are put into it': {
    'src/errors.ts': ["mistakes.join('\\n')"],
    'plugins/chaos/src/scenario/source.ts': ['texts[code]'],
  },
  'the words of another program, of a library or of the system': {
    'src/gate/own-targets.ts': ['messageOf(message)'],
    'src/drivers/docker/engine/ask.ts': ['message'],
    'src/drivers/docker/engine/ssh-agent.ts': ['this.#complaint.trim()'],
    'src/drivers/docker/image/task.ts': ['failure'],
    'plugins/chaos/src/scenario/source.ts': ['messageOf(message)', '`…: …`'],
    'node/src/agent/namespace.ts': ['reason.trim()'],
  },
  'the stack of a bug, for those who mend it': {
    'src/command/base-command.ts': ['`…\\n`'],
    'node/src/main.ts': ['console.error'],
  },
  'one of its texts frames what the checks of a schema say, and these are collected': {
    'plugins/chaos/src/scenario/reader.ts': ['issueText(issue, nameOf(at), valueAt(written.raw, own))'],
  },
  'handed on by a function without a name to `wrong`, whose calls are collected': {
    'src/gate/own-targets.ts': ['text'],
  },
  'the name of an event; what it tells beside it is the error of a node': {
    'node/src/coordinator/network.ts': ['type'],
  },
};

/** All of them. */
export const passedOn: readonly Pick<Unread, 'file' | 'expression'>[] = Object.values(unreadable).flatMap(
  (files) =>
    Object.entries(files).flatMap(([file, expressions]) =>
      expressions.map((expression) => ({ file, expression })),
    ),
);
