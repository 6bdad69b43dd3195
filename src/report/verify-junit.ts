import type { Verdict } from '../gate/gate.js';
import { metrics } from '../gate/metrics.js';
import type { GateAnswer } from '../services/hooks.js';
import type { VerifiedMetric } from '../services/results.js';
import { type JUnitCase, junitXml } from './junit.js';
import type { VerifyReport } from './verify-report.js';
import { changeText, measuredText } from './verify-view.js';

/**
 * A verdict as JUnit XML, a test case a metric, red when the exit code of the command is not 0.
 *
 * A failed metric is a `failure`, one that could not be measured an `error`, since neither passed. Where a plugin put right
 * what had failed, the metric counts as skipped, and the plugin has a case of its own.
 */
export function verifyJUnit({ result, verdict }: VerifyReport, at: Date): string {
  const { network, workers, column, rounds, elapsedSeconds, answers } = result;
  const className = `cqkd.verify.${network}`;
  const isMended = answers.length > 0 && (verdict === 'pass' || verdict === 'warn');
  return junitXml({
    name: `cqkd verify ${network}`,
    at,
    seconds: elapsedSeconds,
    properties: { network, workers, column, rounds, verdict },
    cases: [
      ...result.metrics.map((metric) => metricCase(className, metric, isMended)),
      ...answers.map((answer) => answerCase(className, answer)),
    ],
  });
}

const outcomes: Record<Verdict, JUnitCase['outcome']> = {
  pass: 'passed',
  warn: 'passed',
  fail: 'failure',
  unknown: 'error',
};

function metricCase(className: string, metric: VerifiedMetric, isMended: boolean): JUnitCase {
  const { id, status, note, threshold } = metric;
  const measured = measuredText(metric);
  const message = note ? `${measured}: ${note}` : measured;
  const change = changeText(metric);
  const warning = status === 'warn' ? 'warning: ' : '';
  return {
    className,
    name: id,
    outcome: isMended && outcomes[status] !== 'passed' ? 'skipped' : outcomes[status],
    type: status === 'unknown' ? 'unknown' : threshold === null ? 'target' : 'threshold',
    message: isMended ? `put right since: ${message}` : message,
    output: `${warning}${message}${change ? `; since the last run: ${change}` : ''}\n${metrics[id].how}`,
  };
}

function answerCase(className: string, { by, verdict, text }: GateAnswer): JUnitCase {
  const [message = ''] = text.trim().split('\n');
  return { className, name: by, outcome: outcomes[verdict], type: verdict, message, output: text };
}
