/** Lookups at a time, and how many are made so in a round. */
export const concurrencies = [
  [1, 64],
  [16, 256],
  [64, 256],
] as const;
