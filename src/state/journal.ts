import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { EnvironmentError, systemCode } from '../errors.js';
import { writeFileAtomic } from './files.js';
import type { NetworkPaths } from './paths.js';

/** Something that was done to a network and has to be undone, whatever becomes of the command that did it. */
export interface JournalEntry {
  /** Of the fault. */
  id: string;
  /** What it is, for people. */
  what: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** How far it has come. */
  stage: JournalStage;
  /** What it takes to undo it, for those who wrote it. */
  undo: unknown;
}

/** `kept` = it is meant to last until it is healed by hand. */
export const journalStages = ['injecting', 'on', 'observing', 'healing', 'kept'] as const;
export type JournalStage = (typeof journalStages)[number];

const journalSchema = z.array(
  z.object({
    id: z.string(),
    what: z.string(),
    at: z.number(),
    stage: z.enum(journalStages),
    undo: z.unknown(),
  }),
);

/** What is still to be undone, the oldest first. @throws EnvironmentError when the journal can't be read */
export function readJournal({ journal }: NetworkPaths): JournalEntry[] {
  let text: string;
  try {
    text = readFileSync(journal, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw new EnvironmentError(`Can't read ${journal} (${systemCode(error)})`);
  }
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    throw new EnvironmentError(`${journal} is corrupt: it only noted what was on; remove it`);
  }
}

/** Written before anything is done. */
export function addToJournal(paths: NetworkPaths, entry: JournalEntry): void {
  write(paths, [...readJournal(paths), entry]);
}

/** Notes how far it has come. */
export function markInJournal(paths: NetworkPaths, id: string, stage: JournalStage): void {
  write(
    paths,
    readJournal(paths).map((entry) => (entry.id === id ? { ...entry, stage } : entry)),
  );
}

/** Written after it was undone. */
export function removeFromJournal(paths: NetworkPaths, id: string): void {
  const entries = readJournal(paths);
  if (entries.some((entry) => entry.id === id))
    write(
      paths,
      entries.filter((entry) => entry.id !== id),
    );
}

function write({ journal }: NetworkPaths, entries: readonly JournalEntry[]): void {
  writeFileAtomic(journal, JSON.stringify(entries), 0o600);
}
