import { expect } from 'chai';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { parseService } from '../../compose/parse-service.js';
import { Place } from '../../compose/place.js';
import { composeOf } from '../../compose/render.js';
import type { Service } from '../../compose/service.js';
import { UsageError } from '../../errors.js';

const place = new Place('/own/worker.yml').of('worker');

/** A service of a file that has these keys besides its image. */
function parse(yaml: string, variables: Record<string, string> = {}): Service {
  return parseService({ image: 'i', ...parseYaml(yaml, { merge: true }) }, place, variables);
}

const plain: Service = {
  image: 'i',
  environment: {},
  labels: {},
  read_only: false,
  tmpfs: [],
  cap_drop: [],
  cap_add: [],
  security_opt: [],
  mem_limit: 0,
  cpus: 0,
  pids_limit: 0,
  ulimits: {},
  sysctls: {},
  restart: 'no',
  networks: {},
  ports: [],
};
const port = { host_ip: '127.0.0.1', published: 0, target: 80, protocol: 'tcp' as const };

describe('parseService', () => {
  it('takes what is not said for nothing', () => {
    expect(parse('{}')).to.deep.equal(plain);
    expect(parse('command:')).to.deep.equal(plain);
    expect(parse('x-note: whatever')).to.deep.equal(plain);
  });

  const cases: [yaml: string, parsed: Partial<Service>][] = [
    ['image: $REPOSITORY/node', { image: 'here/node' }],
    [
      '{command: node --version, entrypoint: [a, b c]}',
      { command: ['node', '--version'], entrypoint: ['a', 'b c'] },
    ],
    [
      'environment: {A: b, N: 1, T: true, P: , Q: }',
      { environment: { A: 'b', N: '1', T: 'true', P: 'passed' } },
    ],
    ['environment: [A=b=c, E=, P, Q]', { environment: { A: 'b=c', E: '', P: 'passed' } }],
    ['environment: {A: $P $$P}', { environment: { A: 'passed $P' } }],
    ['environment:', {}],
    ['labels: {a: 1, b: }', { labels: { a: '1', b: '' } }],
    ['labels: [a=1, b]', { labels: { a: '1', b: '' } }],
    ['user: 1000', { user: '1000' }],
    ['user: "1000:1000"', { user: '1000:1000' }],
    ['read_only: true', { read_only: true }],
    ['read_only: $YES', { read_only: true }],
    ['tmpfs: /tmp', { tmpfs: ['/tmp'] }],
    ['tmpfs: [/tmp:size=1m, /run]', { tmpfs: ['/tmp:size=1m', '/run'] }],
    ['{cap_drop: [ALL], cap_add: [NET_RAW]}', { cap_drop: ['ALL'], cap_add: ['NET_RAW'] }],
    ['security_opt: [no-new-privileges:true]', { security_opt: ['no-new-privileges:true'] }],
    ['security_opt: [seccomp:unconfined]', { security_opt: ['seccomp:unconfined'] }],
    ['mem_limit: 256m', { mem_limit: 2 ** 28 }],
    ['mem_limit: 1024', { mem_limit: 1024 }],
    ['memswap_limit: 1g', { memswap_limit: 2 ** 30 }],
    ['memswap_limit: -1', { memswap_limit: -1 }],
    ['cpus: 0.5', { cpus: 0.5 }],
    ['cpus: "1.5"', { cpus: 1.5 }],
    ['pids_limit: 64', { pids_limit: 64 }],
    ['pids_limit: -1', { pids_limit: 0 }],
    [
      'logging: {driver: json-file, options: {max-size: 4m, max-file: 2}}',
      { logging: { driver: 'json-file', options: { 'max-size': '4m', 'max-file': '2' } } },
    ],
    ['logging: {driver: none}', { logging: { driver: 'none', options: {} } }],
    ['ulimits: {nofile: {soft: 1, hard: 2}}', { ulimits: { nofile: { soft: 1, hard: 2 } } }],
    ['ulimits: {nproc: 5}', { ulimits: { nproc: { soft: 5, hard: 5 } } }],
    ['sysctls: {net.core.somaxconn: 1024}', { sysctls: { 'net.core.somaxconn': '1024' } }],
    ['sysctls: [net.core.somaxconn=1024]', { sysctls: { 'net.core.somaxconn': '1024' } }],
    ['init: true', { init: true }],
    ['restart: no', { restart: 'no' }],
    ['restart: unless-stopped', { restart: 'unless-stopped' }],
    ['stop_signal: SIGINT', { stop_signal: 'SIGINT' }],
    ['stop_grace_period: 1m30s', { stop_grace_period: 90_000 }],
    ['healthcheck: {disable: true}', { healthcheck: { disable: true } }],
    ['healthcheck: {test: [NONE]}', { healthcheck: { disable: true } }],
    ['healthcheck: {test: NONE}', { healthcheck: { disable: true } }],
    ['networks: [a, b]', { networks: { a: {}, b: {} } }],
    [
      'networks: {a: , b: {ipv4_address: 10.0.0.2}}',
      { networks: { a: {}, b: { ipv4_address: '10.0.0.2' } } },
    ],
    ['networks: {a: {ipv4_address: $UNSET}}', { networks: { a: {} } }],
    ['ports: [80]', { ports: [port] }],
    ['ports: ["8080:80"]', { ports: [{ ...port, published: 8080 }] }],
    ['ports: ["127.0.0.2::80"]', { ports: [{ ...port, host_ip: '127.0.0.2' }] }],
    [
      'ports: ["0.0.0.0:81:80/udp"]',
      { ports: [{ ...port, host_ip: '0.0.0.0', published: 81, protocol: 'udp' }] },
    ],
    ['ports: ["[::1]:81:80/TCP"]', { ports: [{ ...port, host_ip: '::1', published: 81 }] }],
    [
      'ports: [{target: 80, published: "81", protocol: udp}]',
      { ports: [{ ...port, published: 81, protocol: 'udp' }] },
    ],
    ['ports: [{target: 80, host_ip: 0.0.0.0, mode: host}]', { ports: [{ ...port, host_ip: '0.0.0.0' }] }],
    ['{<<: {cpus: 2}, init: false}', { cpus: 2, init: false }],
  ];
  for (const [yaml, parsed] of cases) {
    it(`reads ${yaml}`, () => {
      const variables = { REPOSITORY: 'here', P: 'passed', YES: 'yes' };
      expect(parse(yaml, variables)).to.deep.equal({ ...plain, ...parsed });
    });
  }

  const wrong: [yaml: string, message: string][] = [
    [
      'volumes: [/a:/b]',
      'volumes is not supported: nodes keep nothing on a disk; for scratch space use tmpfs',
    ],
    ['deploy: {resources: {}}', 'deploy is not supported: use mem_limit, cpus and pids_limit'],
    ['privileged: true', 'privileged is not supported: leave it out'],
    ['toString: 1', 'toString is not supported: leave it out'],
    ['image: ""', 'image takes a text, got ""'],
    ['image:', 'image takes the name of an image, got nothing'],
    ['environment: {A: [1]}', 'environment.A takes a text or a number, got [1]'],
    ['environment: A=b', 'environment takes a map, got "A=b"'],
    [
      'environment: {A: $1}',
      `environment.A has a variable that can't be read in "$1"; a dollar is written $$`,
    ],
    ['command: node "', 'command takes a command whose quotes are closed, got "node \\""'],
    ['read_only: maybe', 'read_only takes true or false, got "maybe"'],
    ['cap_drop: ALL', 'cap_drop takes a list, got "ALL"'],
    ['cap_drop: [1]', 'cap_drop.0 takes a text, got 1'],
    ['security_opt: [seccomp:./own.json]', 'security_opt.0 takes seccomp:unconfined, or nothing'],
    ['mem_limit: lots', 'mem_limit takes a size like 256m, got "lots"'],
    ['cpus: -1', 'cpus takes a number from 0 up, got -1'],
    ['cpus: a half', 'cpus takes a number from 0 up, got "a half"'],
    ['pids_limit: 1.5', 'pids_limit takes a whole number from 0 up, got 1.5'],
    ['logging: {options: {}}', 'logging.driver takes a text, got nothing'],
    ['ulimits: {nofile: {soft: 1}}', 'ulimits.nofile.hard takes a whole number from -1 up, got nothing'],
    ['ulimits: {nofile: {soft: 1, hart: 2}}', 'ulimits.nofile.hart is not supported: only soft, hard'],
    ['restart: sometimes', 'restart takes one of no, always, on-failure, unless-stopped, got "sometimes"'],
    ['stop_grace_period: 5', 'stop_grace_period takes a duration like 10s, got 5'],
    ['healthcheck: {test: [CMD, "true"]}', 'healthcheck.test takes NONE, for no check, got ["CMD","true"]'],
    ['healthcheck: {interval: 5s}', 'healthcheck.interval is not supported: only disable, test'],
    ['networks: {a: {aliases: [b]}}', 'networks.a.aliases is not supported: only ipv4_address'],
    [
      'ports: ["8000-8010:80"]',
      'ports.0 takes a port like 127.0.0.1:8080:80, and no range, got "8000-8010:80"',
    ],
    ['ports: ["70000:80"]', 'ports.0 takes a port up to 65535, got "70000"'],
    ['ports: [{published: 80}]', 'ports.0.target takes a whole number from 1 up, got nothing'],
  ];
  for (const [yaml, message] of wrong) {
    it(`refuses ${yaml}`, () => {
      expect(() => parse(yaml)).to.throw(UsageError, `/own/worker.yml: worker: ${message}`);
    });
  }

  it('reads what it writes', () => {
    const word = fc.stringMatching(/^[a-z$ ]{1,8}$/);
    const map = fc.dictionary(fc.stringMatching(/^[a-w]{1,5}$/), fc.string());
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const service = fc.record<Service>({
      image: word,
      entrypoint: optional(fc.array(word, { minLength: 1 })),
      command: optional(fc.array(word, { minLength: 1 })),
      environment: map,
      labels: map,
      user: optional(fc.constant('1:1')),
      read_only: fc.boolean(),
      tmpfs: fc.array(word),
      cap_drop: fc.array(word),
      cap_add: fc.array(word),
      security_opt: fc.constantFrom([], ['no-new-privileges:true']),
      mem_limit: fc.nat(),
      memswap_limit: optional(fc.integer({ min: -1 })),
      cpus: fc.double({ min: 0, max: 64, noNaN: true }),
      pids_limit: fc.nat(),
      logging: optional(fc.record({ driver: word, options: map })),
      ulimits: fc.dictionary(fc.constant('nofile'), fc.record({ soft: fc.nat(), hard: fc.nat() })),
      sysctls: map,
      init: optional(fc.boolean()),
      restart: fc.constantFrom('no', 'always', 'on-failure', 'unless-stopped'),
      stop_signal: optional(word),
      stop_grace_period: optional(fc.nat()),
      healthcheck: optional(fc.record({ disable: fc.boolean() })),
      networks: fc.constantFrom<Service['networks']>({}, { a: {} }, { a: { ipv4_address: '10.0.0.1' } }),
      ports: fc.array(
        fc.record({
          host_ip: fc.constantFrom('127.0.0.1', '::1'),
          published: fc.nat({ max: 65_535 }),
          target: fc.integer({ min: 1, max: 65_535 }),
          protocol: fc.constantFrom('tcp', 'udp'),
        }),
      ),
    });
    fc.assert(
      fc.property(service, (any) => {
        const given = JSON.parse(JSON.stringify(any)) as Service;
        const written = JSON.parse(JSON.stringify(composeOf(given)).replaceAll('$', '$$$$'));
        expect(parseService(written, place, {})).to.deep.equal(given);
      }),
    );
  });
});
