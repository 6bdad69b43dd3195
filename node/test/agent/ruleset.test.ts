import { expect } from 'chai';
import fc from 'fast-check';
import { tableOf } from '../../src/agent/job.js';
import { Rulesets, removalOf } from '../../src/agent/ruleset.js';

describe('the ruleset of a cut', () => {
  const cut = {
    table: tableOf('partition-1.0'),
    ttlMs: 40_500,
    groups: [
      ['10.0.0.1:0', '10.0.0.2:6000', '10.0.0.2:6001'],
      ['10.0.0.3:6000', '10.0.0.2:6002'],
    ],
    deaf: [
      [0, 1],
      [1, 0],
    ] as [number, number][],
    wholeAddresses: ['10.0.0.1'],
  };

  it('drops what each group here hears of the others, by sets that empty themselves', () => {
    expect(new Rulesets(cut).forAddresses(['10.0.0.2'])).to.equal(`add table inet cqkd_partition-1.0
delete table inet cqkd_partition-1.0
table inet cqkd_partition-1.0 {
  set own_0 { type inet_service; elements = { 6000, 6001 } }
  set own_1 { type inet_service; elements = { 6002 } }
  set places_1 { type ipv4_addr . inet_service; flags timeout; timeout 40s500ms; elements = { 10.0.0.3 . 6000, 10.0.0.2 . 6002 } }
  set places_0 { type ipv4_addr . inet_service; flags timeout; timeout 40s500ms; elements = { 10.0.0.2 . 6000, 10.0.0.2 . 6001 } }
  set hosts_0 { type ipv4_addr; flags timeout; timeout 40s500ms; elements = { 10.0.0.1 } }
  chain input {
    type filter hook input priority filter; policy accept;
    udp dport @own_0 ip saddr . udp sport @places_1 counter drop
    udp dport @own_1 ip saddr . udp sport @places_0 counter drop
    udp dport @own_1 ip saddr @hosts_0 counter drop
  }
}
`);
  });

  it('takes all ports of an address that is meant as a whole', () => {
    expect(new Rulesets(cut).forAddresses(['10.0.0.1'])).to.include(
      '    meta l4proto udp ip saddr . udp sport @places_1 counter drop\n  }',
    );
  });

  it('is none where nobody is deaf to anybody', () => {
    const oneWay = new Rulesets({ ...cut, deaf: [[1, 0]] });
    expect(oneWay.forAddresses(['10.0.0.1'])).to.equal(null);
    expect(oneWay.forAddresses(['10.0.0.9'])).to.equal(null);
    expect(oneWay.forAddresses([])).to.equal(null);
    expect(oneWay.forAddresses(['10.0.0.3'])).to.match(/ip saddr @hosts_0 counter drop/);
    const empty = new Rulesets({ ...cut, groups: [['10.0.0.1:1'], []], deaf: [[0, 1]] });
    expect(empty.forAddresses(['10.0.0.1'])).to.equal(null);
  });

  it('declares every set that it uses, once, and no other', () => {
    const place = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }));
    const groups = fc
      .uniqueArray(place, { selector: String, maxLength: 20 })
      .chain((places) =>
        fc
          .array(fc.integer({ min: 0, max: 3 }), { minLength: places.length, maxLength: places.length })
          .map((sides) =>
            [0, 1, 2, 3].map((side) =>
              places
                .filter((_, index) => sides[index] === side)
                .map(([host, port]) => `10.0.0.${host}:${port}`),
            ),
          ),
      );
    const pair = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })).filter(([to, from]) => to !== from);
    fc.assert(
      fc.property(groups, fc.array(pair), fc.integer({ min: 1, max: 6 }), (all, deaf, host) => {
        const rulesets = new Rulesets({ ...cut, groups: all, deaf, wholeAddresses: [] });
        const text = rulesets.forAddresses([`10.0.0.${host}`]) ?? '';
        const declared = [...text.matchAll(/set (\w+) /g)].map(([, name]) => name);
        const used = [...text.matchAll(/@(\w+)/g)].map(([, name]) => name);
        expect(declared).to.have.members([...new Set(used)]);
        const isDeaf = deaf.some(
          ([to, from]) => all[to]?.some((each) => each.startsWith(`10.0.0.${host}:`)) && all[from]?.length,
        );
        expect(text !== '').to.equal(isDeaf);
      }),
    );
  });

  it('is removed whether it is there or not', () => {
    expect(removalOf('cqkd_x')).to.equal('add table inet cqkd_x\ndelete table inet cqkd_x\n');
  });
});
