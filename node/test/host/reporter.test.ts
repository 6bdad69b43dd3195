import { expect } from 'chai';
import type { HostReport } from '../../src/control/api.js';
import { HttpClient } from '../../src/control/http-client.js';
import { HttpServer } from '../../src/control/http-server.js';
import { Reporter } from '../../src/host/reporter.js';
import { freePorts } from '../support/free-ports.js';
import { until } from '../support/until.js';

describe('Reporter', () => {
  let reports: HostReport[];
  let resend: boolean;
  let ended: string[];
  let client: HttpClient;
  let reporter: Reporter;
  let server: HttpServer | undefined;
  let underway: number;

  const listen = async (port: number) => {
    server = await HttpServer.listen({
      address: '127.0.0.1',
      port,
      token: 't',
      routes: [
        {
          method: 'POST',
          path: '/v1/hosts',
          handle: ({ body }) => {
            reports.push(body as HostReport);
            const answer = { resend };
            resend = false;
            return answer;
          },
        },
        {
          method: 'DELETE',
          path: '/v1/hosts/:name',
          handle: ({ params }) => {
            ended.push(params.name ?? '');
          },
        },
      ],
    });
  };
  const start = (coordinator: string) => {
    reporter = new Reporter({
      client,
      coordinator,
      name: 'a host',
      underway: () => underway,
      build: async (full) =>
        ({ name: 'a host', ...(full && { nodes: [] }) }) as unknown as Omit<HostReport, 'events'>,
    });
    reporter.start();
  };

  beforeEach(() => {
    reports = [];
    resend = false;
    ended = [];
    underway = 0;
    client = new HttpClient({ token: 't' });
  });

  afterEach(async () => {
    await reporter.flush();
    client.close();
    await server?.close();
  });

  it('reports at once with all nodes, and again soon when something changed', async () => {
    await listen(0);
    start(server?.url ?? '');
    await until('the first report', () => reports.length === 1);
    expect(reports[0]).to.have.property('nodes');
    const at = performance.now();
    for (let i = 0; i < 50; i++) reporter.changed({ at: i, type: 'joined', node: `worker-${i}` });
    await until('all events', () => reports.flatMap((report) => report.events).length === 50);
    expect(reports.length).to.be.at.most(3);
    expect(performance.now() - at).to.be.below(5000);
    expect(reports.at(-1)).to.have.property('nodes');
  });

  it('sends its nodes again to a coordinator that does not know them', async () => {
    await listen(0);
    start(server?.url ?? '');
    await until('the first report', () => reports.length === 1);
    resend = true;
    reporter.changed();
    await until('the report and its repetition', () => reports.length === 3);
    expect(reports[2]).to.have.property('nodes');
  });

  it('tries until the coordinator is there, and loses nothing', async () => {
    const [port = 0] = await freePorts(1);
    start(`http://127.0.0.1:${port}`);
    reporter.changed({ at: 1, type: 'joined', node: 'worker-1' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await listen(port);
    await until('the report', () => reports.length > 0);
    expect(reports[0]).to.have.property('nodes');
    expect(reports[0]?.events).to.have.length(1);
  });

  it('says goodbye, and then nothing more', async () => {
    await listen(0);
    start(server?.url ?? '');
    await until('the first report', () => reports.length === 1);
    await reporter.goodbye(1000);
    reporter.changed();
    expect(ended).to.deep.equal(['a host']);
  });

  it('does not wait for a coordinator that is gone', async () => {
    start('http://127.0.0.1:1');
    await reporter.goodbye(1000);
  });
});
