import { BaseCommand, exitCodes } from '@cqkd/harness';
import { type HealResult, heal } from '../../heal.js';
import { renderHealed } from '../../report/text.js';

export default class Heal extends BaseCommand<HealResult> {
  static override summary = 'Undo everything that was done to a network.';
  static override description =
    'Lifts all faults, whoever put them on and whatever became of it, lets frozen hosts go on and starts killed ones again. ' +
    'Does no harm when there is nothing to do. Names hosts that are dead for another reason, and what starts them again. Works also where the state folder is lost.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -n trial',
  ];

  async run(): Promise<HealResult> {
    const { flags } = await this.parse(Heal);
    const result = await heal(this.context(flags));
    await this.say(renderHealed(result));
    if (result.failures.length > 0 || result.dead) process.exitCode = exitCodes.environment;
    return result;
  }
}
