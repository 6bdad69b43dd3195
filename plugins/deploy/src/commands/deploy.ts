import {
  BaseCommand,
  type DeployResult,
  deploy,
  driverNames,
  nodeBinaryFlag,
  readPlanRecord,
  renderDeployment,
  workersFor,
} from '@cqkd/harness';
import { Flags } from '@oclif/core';
import { givenSettings, planFlags } from '../plan-flags.js';

export default class Deploy extends BaseCommand<DeployResult> {
  static override summary = 'Bring a network up.';
  static override description =
    'Plans the network, starts its hosts, and waits until every node has joined and is found by a crawl. ' +
    'Settings come from the environment (ENABLE_HEALTH_CHECK=false) and from --set, which wins.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -w 50',
    '<%= config.bin %> <%= command.id %> -s large -n trial --set enable_health_check=false',
    '<%= config.bin %> <%= command.id %> -w 1000 --dry-run',
    '<%= config.bin %> <%= command.id %> -w 200 --driver docker --density 1',
    '<%= config.bin %> <%= command.id %> -w 1000 --node-binary /opt/node-24/bin/node',
    '<%= config.bin %> <%= command.id %> --from record.json -n rebuilt',
  ];
  static override flags = {
    ...planFlags,
    ...nodeBinaryFlag,
    clean: Flags.boolean({ char: 'c', summary: 'Take an existing network of that name down first.' }),
    driver: Flags.option({ options: driverNames })({
      default: 'auto',
      env: 'CQKD_DRIVER',
      summary: 'What the hosts run on: Docker where an engine answers, else processes on this machine.',
    }),
    from: Flags.string({
      exclusive: ['scale', 'workers', 'density', 'seed'],
      helpValue: 'RECORD',
      summary: 'Rebuild the network of a saved plan, with its settings: a file that deploy --json printed.',
    }),
    'dry-run': Flags.boolean({ summary: 'Print the plan and its limits; start nothing.' }),
  };

  async run(): Promise<DeployResult> {
    const { flags } = await this.parse(Deploy);
    const context = this.context(flags);
    const saved = flags.from === undefined ? undefined : await readPlanRecord(flags.from, context.signal);
    const result = await deploy({
      ...context,
      workers: saved?.workers ?? workersFor(flags.scale, flags.workers),
      topology: flags.topology === 'auto' && saved ? saved.topology : flags.topology,
      driver: flags.driver,
      templates: flags.templates,
      nodeBinary: flags['node-binary'],
      settings: { ...saved?.settings, ...givenSettings(flags.set) },
      density: saved?.density ?? flags.density,
      seed: saved?.seed ?? flags.seed,
      clean: flags.clean,
      dryRun: flags['dry-run'],
    });
    await this.say(renderDeployment(result));
    return result;
  }
}
