import { readFileSync } from 'node:fs';
import { EnvironmentError } from '@cqkd/harness';
import { expect } from 'chai';
import { readXml } from '../../../../src/test/support/read-xml.js';
import { temporaryFolder } from '../../../../src/test/support/temporary.js';
import { writeSmokeReports } from '../../src/smoke/report.js';
import { runSmoke } from '../../src/smoke/run-smoke.js';

/** Runs a smoke test whose commands are stood in for. @returns its result, and the commands that were run */
async function smokeWith(answers: Record<string, () => unknown>, signal = new AbortController().signal) {
  const commands: string[] = [];
  const run = async <T>(command: string): Promise<T> => {
    commands.push(command);
    return answers[command]?.() as T;
  };
  const options = { root: '/nowhere', network: 'one', workers: 15, driver: 'process', keep: false };
  const smoke = runSmoke({ ...options, signal, onProgress: () => {}, run });
  return { result: await smoke.catch((error) => error), commands };
}

const deployed = () => ({ nodes: 19, hosts: 5, bootstrapSeconds: 1 });
const failed = () => ({ verdict: 'fail', metrics: [{ id: 'cpu', status: 'fail' }] });

describe('a smoke test', () => {
  it('leaves out what follows a failed step, and takes the network down all the same', async () => {
    const { result, commands } = await smokeWith({ deploy: deployed, verify: failed });
    expect(commands).to.deep.equal(['deploy', 'verify', 'down']);
    expect(result.verdict).to.equal('fail');
    expect(result.steps[1]).to.include({ verdict: 'fail', said: 'not right: cpu' });
    expect(result.steps[2]).to.include({ id: 'kill', verdict: null, said: 'left out' });
    expect(result.steps.at(-1)).to.include({ id: 'down', verdict: 'pass' });
  });

  it('says why a command could not be run', async () => {
    const { result, commands } = await smokeWith({
      deploy: () => {
        throw new EnvironmentError('No free port');
      },
    });
    expect(commands).to.deep.equal(['deploy']);
    expect(result.steps[0]).to.include({ verdict: 'fail', said: 'No free port' });
    expect(result.verdict).to.equal('fail');
  });

  it('takes the network down when it is interrupted', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const verify = () => {
      controller.abort(reason);
      throw reason;
    };
    const { result, commands } = await smokeWith({ deploy: deployed, verify }, controller.signal);
    expect(result).to.equal(reason);
    expect(commands).to.deep.equal(['deploy', 'verify', 'down']);
  });

  it('is written as JUnit, each step a case', async () => {
    const { result } = await smokeWith({ deploy: deployed, verify: failed });
    const folder = await temporaryFolder();
    writeSmokeReports(result, [`${folder.path}/smoke.xml`]);
    const text = readFileSync(`${folder.path}/smoke.xml`, 'utf8');
    await folder.remove();
    expect(readXml(text)).to.be.an('object');
    expect(text.match(/<testcase /g)?.length).to.equal(result.steps.length);
    expect(text).to.include('failures="1"').and.to.include('skipped="6"');
  });
});
