import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { interpolate } from '../../compose/interpolate.js';
import { parseNetwork } from '../../compose/network-definition.js';
import { parseService } from '../../compose/parse-service.js';
import { Place } from '../../compose/place.js';
import { renderCompose, renderVariables } from '../../compose/render.js';
import { serviceOf } from '../../compose/service-of.js';
import { type TemplateName, Templates } from '../../compose/templates.js';
import { shippedTemplates } from '../../compose/templates-folder.js';
import { unitsOf } from '../../services/plan-units.js';
import { type DockerCompose, requireCompose } from '../support/docker-compose.js';
import { planOf } from '../support/plan-input.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

const place = new Place('file');
const folder = shippedTemplates();
const tiers: TemplateName[] = ['super', 'regional', 'local', 'worker', 'endpoint', 'shared', 'coordinator'];

describe('what the real Compose says', function () {
  this.timeout(120_000);

  let compose: DockerCompose;
  before(function () {
    compose = requireCompose(this);
  });

  const variables = {
    CQKD_COORDINATOR: '{"a": "$"}',
    CQKD_HOST: '{"b": "$"}',
    CQKD_TOKEN: 'secret',
    CQKD_PORT: '4000',
  };
  const given = [variables, { ...variables, CQKD_ADDRESS: '172.20.0.9', CQKD_IMAGE: 'own', DHT_PORT: '1' }];

  for (const tier of tiers) {
    it(`${tier}.yml is valid, and means what we read in it`, () => {
      for (const each of given) {
        const { services, networks } = compose.config(folder, ['network.yml', `${tier}.yml`], each);
        const templates = Templates.open();
        expect(parseService(services[tier], place, {})).to.deep.equal(templates.service(tier, each));
        expect(parseNetwork(networks.cqkd, place.of('cqkd'), {})).to.deep.equal(templates.network(each));
      }
    });
  }

  it('all templates go together', () => {
    const files = ['network.yml', ...tiers.map((tier) => `${tier}.yml`), 'secondary.yml'];
    const { services } = compose.config(folder, files, variables);
    expect(Object.keys(services).sort()).to.deep.equal([...tiers, 'secondary'].sort());
    const secondary = parseService(services.secondary, place, {});
    const first = parseService(services.super, place, {});
    const environment = { DHT_PORT: '5679', NODE_ID: 'sb-5679', BOOTSTRAP_NODES: 'super:5678' };
    expect(secondary).to.deep.equal({ ...first, environment: { ...first.environment, ...environment } });
    const worker = parseService(services.worker, place, {});
    expect(worker.environment.BOOTSTRAP_NODES).to.equal('super:5678,secondary:5679');
  });

  it('coordinator.yml tells what it needs', () => {
    const { status, stderr } = compose.run(folder, ['-f', 'network.yml', '-f', 'coordinator.yml', 'config']);
    expect(status).not.to.equal(0);
    expect(stderr).to.include('the plan of a network, which cqkd compose writes');
  });

  describe('of files that we write', () => {
    let own: TemporaryFolder;
    beforeEach(async () => {
      own = await temporaryFolder();
    });
    afterEach(() => own.remove());

    it('a rendered deployment is what the driver would create', () => {
      const subnet = '10.212.0.0/24';
      const settings = { health_check_levels: 'fast', x: "a $B $$ 'c' \u{1f600}\n" };
      const plan = planOf(300, { ground: { kind: 'subnet', cidr: subnet } });
      const units = unitsOf(plan).map((unit) => ({ ...unit, spec: { ...unit.spec, settings } }));
      const shape = { templates: Templates.open(), image: 'cqkd-dht-node:1', subnet, variables: {} };
      const text = renderCompose({ network: 'test', units, shape });
      writeFileSync(join(own.path, 'docker-compose.yml'), text);
      writeFileSync(join(own.path, '.env'), renderVariables('test', 'secret', units.length));
      const { services } = compose.config(own.path, []);
      for (const unit of units) {
        const { container_name, ...raw } = services[unit.name] as Record<string, unknown>;
        expect(container_name).to.equal(`cqkd-test-${unit.name}`);
        expect(parseService(raw, place, {})).to.deep.equal(serviceOf(unit, 'secret', shape));
      }
    });

    it('variables are filled in the same', () => {
      const known = { A: 'one', EMPTY: '', C: 'a$b' };
      const name = fc.constantFrom('A', 'EMPTY', 'C', 'MISSING');
      const rest = fc.stringMatching(/^[a-z:?-]{0,4}$/);
      const operator = fc.constantFrom('-', ':-');
      const part = fc.oneof(
        fc.stringMatching(/^[ a-z{}:-]{0,4}$/),
        fc.constant('$$'),
        name.map((each) => `$${each}.`),
        name.map((each) => `$\{${each}}`),
        fc.tuple(name, operator, rest).map(([each, how, other]) => `$\{${each}${how}${other}}`),
      );
      const texts = fc.sample(
        fc.array(part, { maxLength: 5 }).map((parts) => parts.join('')),
        { numRuns: 300, seed: 1 },
      );
      const labels = Object.fromEntries(texts.map((text, index) => [`l${index}`, text]));
      const file = { services: { s: { image: 'i', labels } } };
      writeFileSync(join(own.path, 'docker-compose.yml'), JSON.stringify(file));
      const { labels: theirs } = parseService(compose.config(own.path, [], known).services.s, place, {});
      const ours = Object.entries(labels).map(([key, text]) => [key, interpolate(text, known)]);
      expect(theirs).to.deep.equal(Object.fromEntries(ours));
    });
  });
});
