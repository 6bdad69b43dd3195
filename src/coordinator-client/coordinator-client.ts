import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type {
  ActiveFault,
  CoordinatorSpec,
  DiscoveryMeasurement,
  DiscoveryRequest,
  FaultAnswer,
  FaultRequest,
  FaultsLifted,
  FaultView,
  HealthMeasurement,
  HostSpec,
  LookupMeasurement,
  LookupRequest,
  NetworkEvent,
  NetworkView,
  NodeReport,
  ReachabilityMeasurement,
  ReachabilityRequest,
  ReconcileAnswer,
  RoutingMeasurement,
  SettingsAnswer,
  SettingsRequest,
  SettingsView,
  StoreMeasurement,
  StoreRequest,
} from '@cqkd/node/control';
import { EnvironmentError, messageOf } from '../errors.js';
import { readEvents } from './event-source.js';
import { send } from './send.js';

/** Time-outs. Milliseconds. */
const callTimeoutMs = 10_000;
const measureTimeoutMs = 150_000;
/** A node that has just lost half of its network waits for many that are gone. */
const valueTimeoutMs = 60_000;
/** The coordinator gives each of five tiers 25 s to end. */
const shutdownTimeoutMs = 130_000;

/** The coordinator did not answer, or refused. */
export class CoordinatorError extends EnvironmentError {
  override name = 'CoordinatorError';

  constructor(
    message: string,
    /** Status of the answer; null when there was none. */
    readonly status: number | null,
  ) {
    super(message);
  }
}

interface ShutdownRequest {
  hosts?: readonly string[];
  goodbye?: boolean;
}

export interface ValueOptions {
  /** Name of the node that does it; by default the coordinator's own. */
  by?: string | undefined;
  /** Nodes that must take it, by default a majority of those that should have it. */
  min?: number;
}

/** Speaks the control API of one network's coordinator. */
export class CoordinatorClient {
  readonly url: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;

  /** @param init timeoutMs: for calls that measure nothing */
  constructor(init: { url: string; token: string; timeoutMs?: number }) {
    this.url = init.url;
    this.#timeoutMs = init.timeoutMs ?? callTimeoutMs;
    this.#headers = { authorization: `Bearer ${init.token}`, 'content-type': 'application/json' };
  }

  network(signal: AbortSignal, { nodes = true } = {}): Promise<NetworkView> {
    return this.#call('GET', `/v1/network${nodes ? '' : '?nodes=false'}`, { signal });
  }

  /** Events from now on; the first one tells the state. @throws CoordinatorError when the stream breaks */
  async *events(signal: AbortSignal): AsyncGenerator<NetworkEvent> {
    const answer = await this.#send('GET', '/v1/events', { signal });
    try {
      for await (const data of readEvents(answer)) yield JSON.parse(data) as NetworkEvent;
    } catch (error) {
      throw this.#broken(error, signal);
    }
    throw new CoordinatorError(`The coordinator at ${this.url} ended its events`, null);
  }

  discovery(signal: AbortSignal, request: DiscoveryRequest = {}): Promise<DiscoveryMeasurement> {
    return this.#measure('discovery', request, signal);
  }

  health(signal: AbortSignal): Promise<HealthMeasurement> {
    return this.#measure('health', {}, signal);
  }

  lookup(request: LookupRequest, signal: AbortSignal): Promise<LookupMeasurement> {
    return this.#measure('lookup', request, signal);
  }

  store(request: StoreRequest, signal: AbortSignal): Promise<StoreMeasurement> {
    return this.#measure('store', request, signal);
  }

  /** @param request groups; by default the nodes of a host are one */
  reachability(signal: AbortSignal, request?: ReachabilityRequest): Promise<ReachabilityMeasurement> {
    return this.#measure('reachability', request, signal);
  }

  /** @param groups names of nodes, between which entries are counted */
  routing(signal: AbortSignal, groups: string[][] = []): Promise<RoutingMeasurement> {
    return this.#measure('routing', { groups }, signal);
  }

  /** Changes settings of the running network, or of a part of it. */
  putSettings(request: SettingsRequest, signal: AbortSignal): Promise<SettingsAnswer> {
    return this.#call('PUT', '/v1/settings', { body: request, signal });
  }

  /** What hosts and nodes run with at this moment. */
  getSettings(signal: AbortSignal): Promise<SettingsView> {
    return this.#call('GET', '/v1/settings', { signal });
  }

  /** Puts a fault on nodes, by their own filter. */
  putFault(request: FaultRequest, signal: AbortSignal): Promise<FaultAnswer> {
    return this.#call('PUT', '/v1/faults', { body: request, signal });
  }

  /** Lifts one fault, or all. */
  liftFaults(signal: AbortSignal, id?: string): Promise<FaultsLifted> {
    return this.#call('DELETE', `/v1/faults${id === undefined ? '' : `/${encodeURIComponent(id)}`}`, {
      signal,
    });
  }

  async faults(signal: AbortSignal): Promise<ActiveFault[]> {
    return (await this.#call<{ faults: ActiveFault[] }>('GET', '/v1/faults', { signal })).faults;
  }

  /** What a fault has done so far; undefined when it is not on. */
  fault(id: string, signal: AbortSignal): Promise<FaultView | undefined> {
    return this.#find(`/v1/faults/${encodeURIComponent(id)}`, signal);
  }

  /** Ends one node without a word; it stays down until it is started anew. */
  crashNode(node: string, signal: AbortSignal): Promise<NodeReport> {
    return this.#call('POST', `/v1/nodes/${encodeURIComponent(node)}/crash`, { signal });
  }

  /** Starts one node anew, under its id. @returns when it is bound; joining goes on */
  restartNode(node: string, signal: AbortSignal): Promise<NodeReport> {
    return this.#call('POST', `/v1/nodes/${encodeURIComponent(node)}/restart`, { signal });
  }

  /** Stores a value in the DHT. */
  async putValue(key: string, value: string, signal: AbortSignal, options: ValueOptions = {}): Promise<void> {
    await this.#call('PUT', valuePath(key, options), { body: { value }, signal, timeoutMs: valueTimeoutMs });
  }

  /** A value of the DHT; undefined where there is none. @param by name of the node that looks for it */
  async getValue(key: string, signal: AbortSignal, by?: string): Promise<string | undefined> {
    return (await this.#find<{ value: string }>(valuePath(key, { by }), signal))?.value;
  }

  async deleteValue(key: string, signal: AbortSignal, options: ValueOptions = {}): Promise<void> {
    await this.#call('DELETE', valuePath(key, options), { signal });
  }

  /** Tells the coordinator what the plan has now. */
  async expect(spec: CoordinatorSpec, signal: AbortSignal): Promise<void> {
    await this.#call('PUT', '/v1/spec', { body: spec, signal });
  }

  /** Gives a running host a changed spec. @returns what the host begins to do */
  changeHost(spec: HostSpec, signal: AbortSignal): Promise<ReconcileAnswer> {
    return this.#call('PUT', `/v1/hosts/${encodeURIComponent(spec.name)}/spec`, { body: spec, signal });
  }

  /** Forgets a host that is gone. */
  async forgetHost(name: string, signal: AbortSignal): Promise<void> {
    await this.#call('DELETE', `/v1/hosts/${encodeURIComponent(name)}`, { signal });
  }

  /** Ends some hosts, or the whole network with the coordinator, leaves first; answers when they have ended. */
  async shutdown(request: ShutdownRequest, signal: AbortSignal): Promise<void> {
    await this.#call('POST', '/v1/shutdown', { body: request, signal, timeoutMs: shutdownTimeoutMs });
  }

  #measure<T>(what: string, body: object | undefined, signal: AbortSignal): Promise<T> {
    return this.#call('POST', `/v1/measure/${what}`, {
      ...(body && { body }),
      signal,
      timeoutMs: measureTimeoutMs,
    });
  }

  /** @returns undefined where there is no such thing */
  async #find<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await this.#call<T>('GET', path, { signal });
    } catch (error) {
      if (error instanceof CoordinatorError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #call<T>(
    method: string,
    path: string,
    { body, signal, timeoutMs = this.#timeoutMs }: { body?: object; signal: AbortSignal; timeoutMs?: number },
  ): Promise<T> {
    // Not AbortSignal.timeout(): held by nothing but AbortSignal.any() it is collected, and never fires.
    const expired = new AbortController();
    const expire = () => expired.abort(new DOMException('no answer in time', 'TimeoutError'));
    const timer = setTimeout(expire, timeoutMs);
    try {
      const answer = await this.#send(method, path, {
        ...(body && { body }),
        signal: AbortSignal.any([signal, expired.signal]),
        asked: signal,
      });
      const content = await text(answer);
      return (content === '' ? undefined : JSON.parse(content)) as T;
    } catch (error) {
      throw error instanceof CoordinatorError ? error : this.#broken(error, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #send(
    method: string,
    path: string,
    { body, signal, asked = signal }: { body?: object; signal: AbortSignal; asked?: AbortSignal },
  ): Promise<IncomingMessage> {
    let answer: IncomingMessage;
    try {
      const options = { method, headers: this.#headers, signal, ...(body && { body: JSON.stringify(body) }) };
      answer = await send(`${this.url}${path}`, options);
    } catch (error) {
      throw this.#broken(error, asked);
    }
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    throw new CoordinatorError(await refusal(answer, path), status);
  }

  /** The caller's own abort stays what it is; everything else is the coordinator's silence. */
  #broken(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const why =
      error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : messageOf(cause);
    return new CoordinatorError(`The coordinator at ${this.url} does not answer (${why})`, null);
  }
}

function valuePath(key: string, options: ValueOptions): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options))
    if (value !== undefined) query.set(name, String(value));
  return `/v1/kv/${encodeURIComponent(key)}?${query}`;
}

async function refusal(answer: IncomingMessage, path: string): Promise<string> {
  const content = await text(answer).catch(() => '');
  let why = content;
  try {
    why = (JSON.parse(content) as { error?: string }).error ?? content;
  } catch {
    // Not JSON: shown as it is.
  }
  return `The coordinator refused ${path} (${answer.statusCode}): ${messageOf(why).slice(0, 300)}`;
}
