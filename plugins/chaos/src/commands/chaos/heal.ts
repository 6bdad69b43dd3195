import { BaseCommand } from '@cqkd/harness';
import { type HealResult, heal } from '../../heal.js';
import { renderHealed } from '../../report.js';

export default class Heal extends BaseCommand<HealResult> {
  static override summary = 'Undo everything that was done to a network.';
  static override description =
    'Lifts all faults, whoever put them on and whatever became of it. Does no harm when there are none.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -n trial',
  ];

  async run(): Promise<HealResult> {
    const { flags } = await this.parse(Heal);
    const result = await heal(this.context(flags));
    await this.say(renderHealed(result));
    return result;
  }
}
