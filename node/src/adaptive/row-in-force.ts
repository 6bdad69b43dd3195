import { type ParameterRow, rowOf } from './parameter-table.js';

/** A size must stay beyond the bound of the row for so long. Source: facts, section 4. */
const PATIENCE_MS = 60_000;
/** And by this share of the bound. */
const MARGIN = 0.1;

/** The row of the parameter table that a node goes by; an estimate that sways round a bound does not make it flap. */
export class RowInForce {
  #table: readonly ParameterRow[];
  #index: number;
  /** Since when the size lies beyond the bounds. */
  #beyondSinceMs: number | undefined;

  constructor(table: readonly ParameterRow[], nodes: number) {
    this.#table = table;
    this.#index = rowOf(table, nodes);
  }

  get row(): ParameterRow {
    return this.#table[this.#index] as ParameterRow;
  }

  /** Goes by the row of this size at once: nothing was known before, or the table is another. */
  settle(nodes: number, table = this.#table): void {
    this.#table = table;
    this.#index = rowOf(table, nodes);
    this.#beyondSinceMs = undefined;
  }

  /** Takes a new estimate. @param nowMs on a clock that only goes forward */
  update(nodes: number, nowMs: number): void {
    if (!this.#isBeyond(nodes)) this.#beyondSinceMs = undefined;
    else if (this.#beyondSinceMs === undefined) this.#beyondSinceMs = nowMs;
    else if (nowMs - this.#beyondSinceMs >= PATIENCE_MS) this.settle(nodes);
  }

  #isBeyond(nodes: number): boolean {
    const below = this.#table[this.#index - 1]?.largest ?? 0;
    return nodes > this.row.largest * (1 + MARGIN) || nodes <= below * (1 - MARGIN);
  }
}
