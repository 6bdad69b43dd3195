import { isDeepStrictEqual } from 'node:util';
import type { FaultEffects, HostFault, Sessions } from '../../control/faults-api.js';
import type { Clock, Timer } from '../../kademlia/components.js';
import type { FaultPart } from './fault-part.js';
import type { Outages } from './outages.js';
import { sessionTimes } from './sessions.js';

interface Course {
  sessions: Sessions;
  /** How long each state lasts. Milliseconds. */
  times: Iterator<number, never>;
  /** When the present state ends: by plan, so that delays don't add up. */
  dueAtMs: number;
  timer: Timer;
}

/** Nodes crash and are started anew again and again, each in its own course; all are up when the fault is lifted. */
export class Churn implements FaultPart {
  readonly #clock: Clock;
  readonly #outages: Outages;
  /** By fault and node. */
  readonly #courses = new Map<string, Map<string, Course>>();

  constructor({ clock, outages }: { clock: Clock; outages: Outages }) {
    this.#clock = clock;
    this.#outages = outages;
  }

  /** A node with the same sessions as before goes on in its course. */
  async set({ id, rules }: HostFault): Promise<void> {
    const courses = this.#courses.get(id) ?? new Map<string, Course>();
    this.#courses.set(id, courses);
    const stopped = [...courses].filter(
      ([name, { sessions }]) => !isDeepStrictEqual(sessions, rules[name]?.churn),
    );
    for (const [name, { timer }] of stopped) {
      this.#clock.clearTimeout(timer);
      courses.delete(name);
    }
    const ended = this.#outages.end(
      holderOf(id),
      stopped.map(([name]) => name),
    );
    for (const [name, { churn }] of Object.entries(rules))
      if (churn && !courses.has(name)) courses.set(name, this.#begin(id, name, churn));
    await ended;
  }

  async lift(id: string): Promise<void> {
    const courses = this.#courses.get(id) ?? new Map<string, Course>();
    this.#courses.delete(id);
    for (const { timer } of courses.values()) this.#clock.clearTimeout(timer);
    await this.#outages.end(holderOf(id), courses.keys());
    if (!this.#courses.has(id)) this.#outages.forget(holderOf(id));
  }

  effects(id: string): Partial<FaultEffects> {
    const holder = holderOf(id);
    return { ...this.#outages.counts(holder), down: this.#outages.heldBy(holder).length };
  }

  #begin(id: string, name: string, sessions: Sessions): Course {
    const course: Course = {
      sessions,
      times: sessionTimes(sessions, name),
      dueAtMs: this.#clock.now(),
      timer: undefined,
    };
    const next = (change: () => void) => {
      course.dueAtMs += course.times.next().value;
      course.timer = this.#clock.setTimeout(change, Math.max(0, course.dueAtMs - this.#clock.now()));
    };
    const up = () => {
      void this.#outages.end(holderOf(id), [name]);
      next(down);
    };
    const down = () => {
      this.#outages.begin(holderOf(id), name);
      next(up);
    };
    next(down);
    return course;
  }
}

function holderOf(id: string): string {
  return `churn ${id}`;
}
