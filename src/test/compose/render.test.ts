import { expect } from 'chai';
import { parse } from 'yaml';
import { parseNetwork } from '../../compose/network-definition.js';
import { parseService } from '../../compose/parse-service.js';
import { Place } from '../../compose/place.js';
import { renderCompose, renderVariables } from '../../compose/render.js';
import { networkOf, serviceOf } from '../../compose/service-of.js';
import { Templates } from '../../compose/templates.js';
import { unitsOf } from '../../services/plan-units.js';
import { planOf } from '../support/plan-input.js';

const subnet = '10.212.0.0/24';

/** A deployment whose settings hold what Compose and YAML would take for their own. */
function deployment(workers = 60) {
  const settings = { super_bootstrap_nodes: 'a$b:1,$TOKEN:2', enable_health_check: "it's $$: {no}\n" };
  const plan = planOf(workers, { ground: { kind: 'subnet', cidr: subnet } });
  const units = unitsOf(plan).map((unit) => ({ ...unit, spec: { ...unit.spec, settings } }));
  const shape = { templates: Templates.open(), image: 'cqkd-dht-node:1', subnet, variables: {} };
  return { network: 'test', units, shape };
}

describe('renderCompose', () => {
  it('describes the very containers and the network that a driver would create', () => {
    const { network, units, shape } = deployment();
    const { services, networks } = parse(renderCompose({ network, units, shape }));
    expect(Object.keys(services)).to.deep.equal(units.map(({ name }) => name));
    const place = new Place('file');
    for (const unit of units) {
      const { container_name, ...raw } = services[unit.name];
      expect(container_name).to.equal(`cqkd-test-${unit.name}`);
      const read = parseService(raw, place, { CQKD_TOKEN: 'secret' });
      expect(read).to.deep.equal(serviceOf(unit, 'secret', shape));
    }
    expect(parseNetwork(networks.cqkd, place.of('cqkd'), {})).to.deep.equal(networkOf(network, shape));
  });

  it('is the same for the same input', () => {
    expect(renderCompose(deployment())).to.equal(renderCompose(deployment()));
  });

  it('says nothing of the token but where it is', () => {
    const text = renderCompose(deployment());
    const tokens = text.match(/CQKD_TOKEN.*/g) ?? [];
    expect(tokens.length).to.equal(deployment().units.length);
    expect(new Set(tokens).size).to.equal(1);
    expect(tokens[0]).to.equal(`CQKD_TOKEN: '$\{CQKD_TOKEN:?it is in the file .env beside this one}'`);
  });

  it('reads the same under the rules of YAML 1.1, which older readers have', () => {
    const text = renderCompose(deployment());
    expect(parse(text, { version: '1.1' })).to.deep.equal(parse(text, { version: '1.2' }));
  });
});

describe('renderVariables', () => {
  it('holds the project, the token, and a limit that all services are below', () => {
    const lines = renderVariables('trial', 'secret', 100).split('\n');
    expect(lines.filter((line) => line && !line.startsWith('#'))).to.deep.equal([
      'COMPOSE_PROJECT_NAME=cqkd-trial',
      'COMPOSE_PARALLEL_LIMIT=164',
      'CQKD_TOKEN=secret',
    ]);
    expect(renderVariables('cqkd', 'secret', 1)).to.include('COMPOSE_PROJECT_NAME=cqkd\n');
  });
});
