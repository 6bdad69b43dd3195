import { appendFileSync, mkdirSync } from 'node:fs';
import { EnvironmentError } from '@cqkd/harness';
import { expect } from 'chai';
import { temporaryFolder } from '../../../src/test/support/temporary.js';
import { type AuditedChange, audit, auditPath, readAudit } from '../src/audit.js';

const change: AuditedChange = {
  network: 'one',
  driver: 'process',
  what: 'rollback of phase 4 (health check)',
  why: 'asked for',
  settings: { ENABLE_HEALTH_CHECK: { from: 'true', to: 'false' } },
  before: null,
  after: [{ id: 'cpu', value: 3, unit: 'percent', status: 'pass' }],
  outcome: 'kept',
  verdict: 'pass',
};

describe('the audit log', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('says who changed what, when and why, a network at a time', () => {
    audit(folder.path, change);
    audit(folder.path, { ...change, network: 'two' });
    const [entry, ...others] = readAudit(folder.path, 'one');
    expect(others).to.deep.equal([]);
    expect(entry).to.deep.include(change);
    expect(entry?.who).to.match(/^\S+@\S+$/);
    expect(Date.now() - Date.parse(entry?.at ?? '')).to.be.within(0, 60_000);
    expect(entry?.pid).to.equal(process.pid);
  });

  it('survives half a line that a killed command has left', () => {
    appendFileSync(auditPath(folder.path), '{"at":"2026-');
    appendFileSync(auditPath(folder.path), '\n');
    audit(folder.path, change);
    expect(readAudit(folder.path, 'one').length).to.equal(1);
  });

  it('is empty where nothing was changed, and told where it can not be written', () => {
    expect(readAudit(folder.path, 'one')).to.deep.equal([]);
    mkdirSync(auditPath(folder.path));
    expect(() => audit(folder.path, change)).to.throw(EnvironmentError, "Can't write");
    expect(() => readAudit(folder.path, 'one')).to.throw(EnvironmentError, "Can't read");
  });
});
