import { availableParallelism } from 'node:os';

/** The page with all figures. @param results by the name of the configuration */
export function renderReport(results) {
  return `# The phases, measured

Written by \`npm run phases\` (Node ${process.version}, ${availableParallelism()} processors, process driver). One run each: compare within
a row. After the measurements in peace a tenth of the workers is killed at once, then a fifth of the bootstrap
nodes, the first of each tier among them; ten of the killed workers are started again at the same moment.

## Each phase off and on

All other phases are on. "Passes when" is the row of the phase in the requirements.

${table(['phase', 'workers', 'passes when', 'measured', 'off', 'on'], phaseRows(results))}

## All flags off against all on

${table(
  ['measured', '50 off', '50 on', '200 off', '200 on', '500 off', '500 on'],
  comparisonRows(results, ['legacy-50', 'all-50', 'legacy-200', 'all-200', 'legacy-500', 'all-500']),
)}

${gains(results)}
`;
}

const seconds = (value, digits = 2) => (value == null ? 'never' : `${value.toFixed(digits)} s`);
const percent = (value) => (value == null ? '?' : `${value.toFixed(1)} %`);
const milliseconds = (value) => (value < 1000 ? `${Math.round(value)} ms` : seconds(value / 1000, 1));

/** Name and text of each figure of a scenario. */
const figures = {
  bootstrap: ['bootstrap', (r) => seconds(r.calm.bootstrap_time)],
  discovery: ['discovery, cold', (r) => seconds(r.calm.discovery_time)],
  found: ['found', (r) => percent(r.calm.discovery_success)],
  healthTime: ['health sweep', (r) => seconds(r.calm.health_check_time)],
  memory: ['memory', (r) => `${Math.round(r.calm.memory / 1e6)} MB`],
  cpu: ['CPU, idle', (r) => percent(r.calm.cpu)],
  overhead: ['refresh overhead', (r) => percent(r.calm.refresh_overhead)],
  recall: ['recall', (r) => r.calm.lookup_recall.toFixed(4)],
  killP95: ['lookup p95 right after the kill', (r) => milliseconds(r.afterKill.p95)],
  killRecall: ['recall right after the kill', (r) => r.afterKill.recall.toFixed(3)],
  timeouts: ['time-outs a lookup right after the kill', (r) => r.afterKill.timeouts.toFixed(2)],
  stale: ['dead entries in the tables 60 s later', (r) => percent(r.fresh.stalePercent)],
  laterP95: ['lookup p95 60 s later', (r) => milliseconds(r.fresh.p95)],
  laterRecall: ['recall 60 s later', (r) => r.fresh.recall.toFixed(3)],
  laterDiscovery: ['discovery 60 s later', (r) => seconds(r.fresh.discoverySeconds)],
  healthy: ['healthy, of the discovered 60 s later', (r) => percent(r.fresh.healthyPercent)],
  attached: [
    'workers with a living bootstrap node 10 s after the bootstrap kill',
    (r) => percent(r.failover.attachedPercent),
  ],
  rejoined: ['workers started at that moment that joined', (r) => percent(r.failover.rejoinedPercent)],
};

function phaseRows(results) {
  const row = (phase, workers, passes, names, off, on) =>
    names.map((name, index) => {
      const [title, text] = figures[name];
      const cell = (result) => (!result ? '' : result.failed ? 'did not come up' : text(result));
      return [...(index === 0 ? [phase, workers, passes] : ['', '', '']), title, cell(off), cell(on)];
    });
  return [
    [
      '1 ports',
      '100',
      '100+ workers, no conflict, < 100 ms, 99.9 %',
      'workers that came up while another program held the ports that 50 of them prefer',
      portsText(results['ports-off-100']),
      portsText(results['ports-on-100']),
    ],
    ...row(
      '2 bootstrap',
      '500',
      '500+ workers; 200 bootstrap in < 60 s; 99.5 % succeed',
      ['bootstrap', 'attached', 'rejoined'],
      results['bootstrap-off-500'],
      results['all-500'],
    ),
    ...row(
      '3 Kademlia',
      '100',
      '100 nodes discovered < 30 s; 95 %; time-outs -40 %',
      ['discovery', 'found', 'killP95', 'timeouts', 'killRecall'],
      results['kademlia-off-100'],
      results['all-100'],
    ),
    ...row(
      '4 health',
      '200',
      '95 % of discovered healthy; < 2 s a node; dead nodes removed',
      ['healthTime', 'healthy', 'stale', 'laterDiscovery'],
      results['health-off-200'],
      results['all-200'],
    ),
    ...row(
      '5 refresh',
      '500',
      'tables fresh < 60 s; overhead < 10 %',
      ['overhead', 'stale', 'laterRecall', 'cpu'],
      results['refresh-off-500'],
      results['all-500'],
    ),
  ];
}

function portsText(result) {
  if (!result) return '';
  return result.failed ? `did not come up: ${result.failed}` : `${result.joined} of 100`;
}

function comparisonRows(results, names) {
  return Object.values(figures).map(([title, text]) => [
    title,
    ...names.map((name) => {
      const result = results[name];
      if (!result) return '';
      return result.failed ? `did not come up (${result.failed})` : text(result);
    }),
  ]);
}

function gains(results) {
  const lines = [50, 200, 500].flatMap((workers) => {
    const off = results[`legacy-${workers}`];
    const on = results[`all-${workers}`];
    if (!off || !on || off.failed || on.failed) return [];
    const times = (a, b) => {
      if (a == null || b == null) return 'not comparable';
      const ratio = Math.max(a / b, b / a);
      if (ratio < 1.15) return 'the same';
      return `${ratio.toFixed(ratio < 10 ? 1 : 0)} times ${a > b ? 'faster' : 'slower'}`;
    };
    return [
      `- ${workers} workers: bootstrap ${times(off.calm.bootstrap_time, on.calm.bootstrap_time)}, discovery in peace ${times(off.calm.discovery_time, on.calm.discovery_time)}, discovery a minute after the kill ${times(off.fresh.discoverySeconds, on.fresh.discoverySeconds)}, lookups right after it ${times(off.afterKill.p95, on.afterKill.p95)} (p95).`,
    ];
  });
  return `What the phases win (the requirements promise bootstrap 4 times and discovery 9 times faster):\n\n${lines.join('\n')}`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
