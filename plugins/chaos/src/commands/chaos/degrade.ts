import { wholeNumber } from '@cqkd/harness';
import { ChaosCommand } from '../../command/chaos-command.js';
import { milliseconds } from '../../command/milliseconds.js';
import { selectorFlags, selectorFrom, share } from '../../command/selector-flags.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Degrade extends ChaosCommand {
  static override summary = 'Delay, lose, double, reorder and spoil datagrams.';
  static override description =
    "What the chosen nodes hear is spoilt by the nodes' own filter; what they say is not. By default it is all nodes.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> --latency 100ms --jitter 20ms',
    '<%= config.bin %> <%= command.id %> --loss 20% --region east',
    '<%= config.bin %> <%= command.id %> --duplication 5% --reordering 10% --corruption 1% --for 1m',
  ];
  static override flags = {
    ...selectorFlags,
    latency: milliseconds({ helpValue: 'DURATION', summary: 'Added to each datagram.' }),
    jitter: milliseconds({
      helpValue: 'DURATION',
      summary: 'Added besides, evenly spread from 0 up to this.',
    }),
    loss: share({ helpValue: 'SHARE', summary: 'Share that is lost.' }),
    duplication: share({ helpValue: 'SHARE', summary: 'Share that comes twice.' }),
    reordering: share({ helpValue: 'SHARE', summary: 'Share that later ones overtake.' }),
    corruption: share({ helpValue: 'SHARE', summary: 'Share in which a byte is changed.' }),
    rate: wholeNumber('--rate', { min: 1 })({
      helpValue: 'N',
      summary: 'Datagrams a second that one node hears at most.',
    }),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Degrade);
    const { latency: latencyMs, jitter: jitterMs, loss, duplication, reordering, corruption, rate } = flags;
    const degradation = { latencyMs, jitterMs, loss, duplication, reordering, corruption, rate };
    return this.carryOut('degrade', { ...selectorFrom(flags), ...degradation }, flags);
  }
}
