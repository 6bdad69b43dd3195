import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { root } from '../setup.mjs';

const NAME = 'phases';

/** A network that is deployed, measured and taken down through the command line and its control API. */
export class Network {
  #url;
  #token;

  /** @returns the document of `cqkd deploy`. @throws Error with what the command said when it failed */
  async deploy(workers, settings) {
    const deployed = await cqkd('deploy', '-c', ...shape(workers, settings));
    const state = process.env.XDG_STATE_HOME || join(homedir(), '.local/state');
    this.#url = deployed.coordinator.url;
    this.#token = readFileSync(join(state, 'cqkd', NAME, 'token'), 'utf8').trim();
    return deployed;
  }

  /** What would be deployed. */
  plan(workers, settings) {
    return cqkd('deploy', '--dry-run', ...shape(workers, settings));
  }

  /** @returns value by metric */
  async verify() {
    const { metrics } = await cqkd('verify');
    return Object.fromEntries(metrics.map(({ id, value }) => [id, value]));
  }

  /** Makes it larger or smaller; hosts that are dead start again. */
  scale(workers) {
    return cqkd('scale', '-w', String(workers));
  }

  down() {
    return cqkd('down', '--force');
  }

  /** One call of the coordinator's control API. */
  async call(method, path, body) {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${answer.error}`);
    return answer;
  }

  /** Counts the network's events by type from now on, into `counts`, until `close`. */
  async countEvents() {
    const counts = {};
    const ended = new AbortController();
    const response = await fetch(`${this.#url}/v1/events`, {
      headers: { authorization: `Bearer ${this.#token}` },
      signal: ended.signal,
    });
    const parser = createParser({
      onEvent: ({ event }) => {
        counts[event] = (counts[event] ?? 0) + 1;
      },
    });
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const part of response.body) parser.feed(decoder.decode(part, { stream: true }));
    };
    // It ends with `close` or with the network.
    read().catch(() => {});
    return { counts, close: () => ended.abort() };
  }

  /** All nodes, with their hosts. */
  async nodes() {
    const { hosts } = await this.call('GET', '/v1/network');
    return hosts.flatMap((host) => host.nodes.map((node) => ({ ...node, host: host.name })));
  }

  async crash(names) {
    await Promise.all(names.map((name) => this.call('POST', `/v1/nodes/${name}/crash`)));
  }

  async restart(names) {
    await Promise.all(names.map((name) => this.call('POST', `/v1/nodes/${name}/restart`)));
  }
}

function shape(workers, settings) {
  const sets = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  return ['-w', String(workers), '--driver', 'process', '--seed', '1', ...sets];
}

/** Runs one command and answers its JSON; a gate that failed is an answer too. */
function cqkd(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/run.js', ...args, '-n', NAME, '--json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    child.once('error', reject);
    child.once('close', () => {
      try {
        const document = JSON.parse(text);
        if (document.error) throw new Error(document.error.message ?? document.error);
        resolve(document);
      } catch (error) {
        reject(error);
      }
    });
  });
}
