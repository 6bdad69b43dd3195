import { BaseCommand, formatSeconds } from '@cqkd/harness';
import { type RestartResult, restart } from '../restart.js';

export default class Restart extends BaseCommand<RestartResult> {
  static override summary = 'Start all hosts of a running network anew, one after the other.';
  static override description =
    'Each host hands over what it stores and says goodbye; its nodes have joined again before the next one ends. So the ' +
    'network answers all the time. A restart that was killed is ended by the same command.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -n trial --json',
  ];

  async run(): Promise<RestartResult> {
    const { flags } = await this.parse(Restart);
    const result = await restart(this.context(flags));
    const { network, hosts, nodes, seconds } = result;
    await this.say(`\n${network}: ${hosts} hosts with ${nodes} nodes restarted in ${formatSeconds(seconds)}`);
    return result;
  }
}
