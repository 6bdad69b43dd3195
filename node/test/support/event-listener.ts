import { type ClientRequest, get } from 'node:http';
import type { NetworkEvent } from '../../src/control/api.js';

/** Collects the events that a coordinator tells from now on. */
export class EventListener {
  readonly events: NetworkEvent[] = [];
  readonly #request: ClientRequest;

  constructor(url: string, token: string) {
    const headers = { authorization: `Bearer ${token}` };
    this.#request = get(`${url}/v1/events`, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
      });
      response.on('error', () => {});
    });
    this.#request.on('error', () => {});
  }

  /** Those of one type. */
  of(type: NetworkEvent['type']): NetworkEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  close(): void {
    this.#request.destroy();
  }

  #take(block: string): void {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data) this.events.push(JSON.parse(data) as NetworkEvent);
  }
}
