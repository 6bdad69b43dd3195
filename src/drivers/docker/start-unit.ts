import type { ContainerInspectInfo } from 'dockerode';
import { containerNameOf, labelNames, networkNameOf } from '../../compose/identity.js';
import type { Service } from '../../compose/service.js';
import { EnvironmentError } from '../../errors.js';
import type { Unit } from '../driver.js';
import { createOptions } from './create-options.js';
import { call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { EngineError } from './engine/engine-error.js';
import { removeContainer } from './remove.js';

/** A container that is in the way is removed this often: one that comes back has somebody who starts it. */
const mostReplacements = 3;

export interface StartUnitOptions {
  engine: Engine;
  network: string;
  signal?: AbortSignal | undefined;
  /** Told before it starts: it may end before the engine has answered. */
  onCreated?: (id: string) => void;
}

/**
 * Creates and starts the container of a unit; a dead one of that name is replaced when it is the network's own.
 *
 * @throws EnvironmentError, or the signal's reason
 */
export async function startUnit(unit: Unit, service: Service, options: StartUnitOptions): Promise<void> {
  const container = await create(unit, service, options);
  options.onCreated?.(container.id);
  await startContainer(container, service, options);
}

/** Starts a container that does not run; one that runs is left alone. @throws EnvironmentError, or the signal's reason */
export async function startContainer(
  { id, name }: { id: string; name: string },
  service: Service,
  { engine, signal }: Pick<StartUnitOptions, 'engine' | 'signal'>,
): Promise<void> {
  try {
    await call(
      engine,
      `start ${name}`,
      (abortSignal) => engine.docker.getContainer(id).start({ abortSignal }),
      { signal },
    );
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (!isStarted(error)) throw startFailure(error, name, service);
  }
}

/** A start that broke off and was made again. */
function isStarted({ statusCode }: EngineError): boolean {
  return statusCode === 304;
}

async function create(
  unit: Unit,
  service: Service,
  options: StartUnitOptions,
): Promise<{ id: string; name: string }> {
  const { engine, network, signal } = options;
  const name = containerNameOf(network, unit.name);
  const place = { name, network: networkNameOf(network), cpus: engine.cpus };
  for (let replaced = 0; ; replaced++) {
    signal?.throwIfAborted();
    try {
      // Not given up half-way: the engine would go on, and the container come after everything was removed.
      const container = await call(engine, `create ${name}`, (abortSignal) =>
        engine.docker.createContainer({ ...createOptions(service, place), abortSignal }),
      );
      return { id: container.id, name };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const isConflict = error.statusCode === 409 && /is already in use|name.*in use/i.test(error.reason);
      if (!isConflict || replaced >= mostReplacements) throw createFailure(error, service);
      await clearTheWay(unit, name, options);
    }
  }
}

/** Removes what is left of an earlier container of this very unit. */
async function clearTheWay(
  unit: Unit,
  name: string,
  { engine, network, signal }: StartUnitOptions,
): Promise<void> {
  let found: ContainerInspectInfo;
  try {
    found = await call(
      engine,
      `look at ${name}`,
      (abortSignal) => engine.docker.getContainer(name).inspect({ abortSignal }),
      { signal },
    );
  } catch (error) {
    if (error instanceof EngineError && error.isMissing) return;
    throw error;
  }
  const { Labels: labels } = found.Config;
  if (labels[labelNames.network] !== network || labels[labelNames.host] !== unit.name) throw taken(name);
  if (found.State.Running) {
    throw new EnvironmentError(
      `Container ${name} of network ${network} runs already: cqkd status -n ${network}`,
    );
  }
  await removeContainer(engine, { id: found.Id, name }, { signal });
}

/**
 * Checks that no container of somebody else has a name that a network needs.
 *
 * @throws EnvironmentError that names the first one
 */
export async function requireFreeNames(
  engine: Engine,
  network: string,
  units: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const containers = await call(
    engine,
    'list containers',
    (abortSignal) => engine.docker.listContainers({ all: true, abortSignal }),
    { signal },
  );
  const strangers = containers.filter(({ Labels }) => Labels[labelNames.network] !== network);
  const names = new Set(strangers.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, ''))));
  const first = units.map((unit) => containerNameOf(network, unit)).find((name) => names.has(name));
  if (first !== undefined) throw taken(first);
}

function taken(name: string): EnvironmentError {
  return new EnvironmentError(
    `Container ${name} is there already and is not part of this network: remove or rename it (docker rename ${name} NAME), or choose another name with -n`,
  );
}

function createFailure(error: EngineError, { image }: Service): EnvironmentError {
  if (error.isMissing && /no such image/i.test(error.reason)) {
    return new EnvironmentError(`The image ${image} is not on the Docker Engine: cqkd image build makes it`);
  }
  if (error.isMissing && /network/i.test(error.reason)) return networkGone(error);
  return error;
}

function startFailure(
  error: EngineError,
  name: string,
  { ports, networks, mem_limit: memoryBytes }: Service,
): EnvironmentError {
  const { reason } = error;
  if (/port is already allocated|userland proxy|bind: address already in use/i.test(reason)) {
    const port = ports.map(({ host_ip, published }) => `${host_ip}:${published}`).join(', ');
    return new EnvironmentError(
      `The port ${port} of ${name} is taken on the machine of the Docker Engine: stop what has it`,
    );
  }
  if (/address already in use/i.test(reason)) {
    const address = Object.values(networks)[0]?.ipv4_address;
    return new EnvironmentError(
      `The address ${address} of ${name} is taken by another container on its Docker network: remove that one`,
    );
  }
  if (/network .*not found/i.test(reason)) return networkGone(error);
  if (/memory limit too low|cannot allocate memory|out of memory/i.test(reason)) {
    return new EnvironmentError(
      `There is not enough memory to start ${name}, which may use ${memoryBytes} bytes: ${reason}`,
    );
  }
  return error;
}

function networkGone({ reason }: EngineError): EnvironmentError {
  return new EnvironmentError(`The Docker network was removed meanwhile (${reason}): cqkd down, then deploy`);
}
