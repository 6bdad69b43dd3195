import { EnvironmentError, UsageError } from '../errors.js';
import { type AddressBlock, addressBlock } from '../plan/address-block.js';
import { blocksInUse } from './networks.js';

/**
 * The lowest block of loopback addresses that no network has.
 *
 * CQKD_ADDRESS_BLOCK moves the lowest one, so that networks of several state folders can live on one machine.
 *
 * @throws UsageError, EnvironmentError when there is none left
 */
export function chooseBlock(root: string, environment: NodeJS.ProcessEnv = process.env): AddressBlock {
  const given = environment.CQKD_ADDRESS_BLOCK?.trim() || '0';
  if (!/^\d{1,3}$/.test(given) || !addressBlock(Number(given), process.platform)) {
    throw new UsageError(
      `CQKD_ADDRESS_BLOCK takes a block of loopback addresses from 0 to 254, got ${given}`,
    );
  }
  const used = blocksInUse(root);
  for (let index = Number(given); ; index++) {
    const block = addressBlock(index, process.platform);
    if (!block)
      throw new EnvironmentError('All blocks of loopback addresses are in use: take a network down');
    if (!used.has(index)) return block;
  }
}
