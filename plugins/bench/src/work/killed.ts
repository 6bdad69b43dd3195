/** Percent of the nodes that are dead when values are read. */
export const killed = [0, 10, 20, 30, 40, 50] as const;
