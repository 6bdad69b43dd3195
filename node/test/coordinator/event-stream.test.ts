import { get } from 'node:http';
import { expect } from 'chai';
import { HttpServer, TAKEN } from '../../src/control/http-server.js';
import { EventStream } from '../../src/coordinator/event-stream.js';
import { until } from '../support/until.js';

describe('EventStream', () => {
  it('replays the state, then tells events, and progress once for many changes', async () => {
    let joined = 3;
    const stream = new EventStream(() => ({
      at: 1,
      type: 'progress',
      tiers: { worker: { joined, failed: 0, total: 9 } },
    }));
    const server = await HttpServer.listen({
      address: '127.0.0.1',
      port: 0,
      token: 't',
      routes: [
        {
          method: 'GET',
          path: '/',
          handle: ({ response }) => {
            stream.add(response);
            return TAKEN;
          },
        },
      ],
    });
    stream.publish({ at: 0, type: 'joined', node: 'nobody listens yet' });
    let text = '';
    let ended = false;
    get(server.url, { headers: { authorization: 'Bearer t' } }, (response) => {
      response.setEncoding('utf8').on('data', (data) => {
        text += data;
      });
      response.once('end', () => {
        ended = true;
      });
    });
    await until('the replay', () => text.endsWith('\n\n'));
    for (joined = 4; joined < 9; joined++) {
      stream.publish({ at: 2, type: 'joined', node: `worker-${joined}` });
      stream.progressed();
    }
    await until('the events', () => text.includes('"joined":9'));
    stream.publish({ at: 3, type: 'ready' });
    stream.close();
    await until('the end', () => ended);
    await server.close();

    const names = [...text.matchAll(/^event: (.+)$/gm)].map((match) => match[1]);
    expect(names).to.deep.equal(['progress', ...Array(5).fill('joined'), 'progress', 'ready']);
    const data = [...text.matchAll(/^data: (.+)$/gm)].map((match) => JSON.parse(match[1] as string));
    expect(data[0].tiers.worker.joined).to.equal(3);
    expect(data.map((event) => event.type)).to.deep.equal(names);
  });
});
