import type { PortRange } from './range.js';

/** The range of workers extends to this port. */
const LARGEST_MAX_PORT = 8999;

/** A node could not be given a port; one line for the user. */
export class PortError extends Error {
  override name = 'PortError';
}

/** Every port that a node may use is taken by another program. */
export class PortsExhaustedError extends PortError {
  override name = 'PortsExhaustedError';

  constructor(
    readonly address: string,
    { min, max }: PortRange,
  ) {
    super(
      min === max
        ? `Port ${min} of ${address} is taken by another program: stop it, or move the network to another address`
        : `No free port of ${address} in ${min}-${max}: ${remedy(max)}`,
    );
  }
}

/** The time for finding a port was over before one was found. */
export class PortTimeoutError extends PortError {
  override name = 'PortTimeoutError';

  constructor(address: string, { min, max }: PortRange, timeoutMs: number, tried: number) {
    super(
      `No free port of ${address} in ${min}-${max} within ${timeoutMs / 1000} s (${tried} tried): ` +
        'raise PORT_ALLOCATION_TIMEOUT or stop what holds them',
    );
  }
}

function remedy(max: number): string {
  return max < LARGEST_MAX_PORT
    ? `raise MAX_PORT (at most ${LARGEST_MAX_PORT}) or stop what holds them`
    : 'stop what holds them, or take another range with BASE_PORT and MAX_PORT';
}
