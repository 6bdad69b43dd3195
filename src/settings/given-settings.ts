import {
  environmentName,
  parseSettings,
  SettingError,
  type Settings,
  settingNames,
  UnknownSettingError,
} from '@cqkd/node/control';
import { UsageError } from '../errors.js';
import { nearest } from './nearest.js';

/** Parses settings that a user gave. @throws UsageError that names the setting, its value and what it takes */
export function parseGivenSettings(values: Readonly<Record<string, string>>): Settings {
  try {
    return parseSettings(values);
  } catch (error) {
    if (error instanceof UnknownSettingError) {
      const closest = environmentName(nearest(error.setting, settingNames));
      throw new UsageError(
        `There is no setting ${environmentName(error.setting)}; the nearest is ${closest}`,
      );
    }
    if (error instanceof SettingError) throw new UsageError(error.message);
    throw error;
  }
}

/** Reads `KEY=VALUE` texts into settings by lower-case name. @throws UsageError when one is no assignment */
export function parseAssignments(texts: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const [, key, value] = /^([A-Za-z][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      throw new UsageError(`Expected KEY=VALUE after --set, got ${JSON.stringify(text)}`);
    }
    values[key.toLowerCase()] = value;
  }
  return values;
}
