import type { CqkdHook, GateAnswer } from '@cqkd/harness';
import { autoRollback } from '../auto/auto-rollback.js';
import { renderAutoRollback } from '../report/auto-text.js';

/** A gate has failed: where that is asked for, the phase that it points to is undone. */
const gateFailed: CqkdHook<'gate_failed'> = async ({ data, services }): Promise<GateAnswer | undefined> => {
  if (!data.autoRollback) return undefined;
  const result = await autoRollback(services, data);
  return { by: 'rollback', verdict: result.verdict, text: renderAutoRollback(result), result };
};

export default gateFailed;
